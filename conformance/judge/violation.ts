/** What is wrong with a conversation, and how much it weighs. */
import type { Case } from '../case.ts';
import type { Place } from './check.ts';

/** What is wrong, and how much it weighs: the case's level, a MUST of another rule, or a SHOULD. */
export interface Violation {
  readonly rule: string;
  readonly weight: 'of the case' | 'must' | 'should';
  readonly expected?: string;
  readonly observed: string;
  readonly at?: Place | undefined;
  readonly reference?: string;
}

/** Told by two handshakes of one client, on connections of their own (RFC 6455 §4.1). */
export const repeatedKey = 'repeated-key';

export function ruleOf(testCase: Pick<Case, 'id' | 'rule'>): string {
  return testCase.rule ?? testCase.id.slice(testCase.id.indexOf('/') + 1);
}
