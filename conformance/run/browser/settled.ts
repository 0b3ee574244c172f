/** How often a case runs in a browser before its result is reported. */
import type { CaseResult } from '../../results/case-result.ts';
import { doubtAbout } from '../doubt.ts';

/** Concurrently, alone, and alone in a fresh browser. */
const mostAttempts = 3;

/** Whether another attempt would add nothing. */
export function isSettled(attempts: readonly CaseResult[]): boolean {
  const [last, before] = attempts.toReversed();
  if (!last || attempts.length >= mostAttempts) return true;
  if (doubtAbout(last, 'client') === undefined) return true;
  return last.verdict !== 'error' && before !== undefined && isSame(last, before);
}

const isSame = (one: CaseResult, other: CaseResult): boolean =>
  one.verdict === other.verdict && one.rule === other.rule;
