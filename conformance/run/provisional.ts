/** What can be said about a case if the run ends before its result counts. */

import type { Role } from '../format/role.ts';
import type { CaseResult } from '../results/case-result.ts';
import { cutShort } from '../results/unjudged.ts';
import { doubtAbout } from './doubt.ts';

/** A verdict in doubt does not count until the case has been run again. */
export function provisional(result: CaseResult, role: Role): CaseResult {
  if (doubtAbout(result, role) === undefined) return result;
  return cutShort(result, 'not run again, as the run ended before that');
}
