/** Results of cases that could not be judged: not run at all, or lost to a bug of the harness. */
import type { Case } from '../format/case.ts';
import { ruleOf } from '../format/rule.ts';
import { describeExpectation } from '../judge/sentences.ts';
import type { CaseResult } from './case-result.ts';

export function unjudged(testCase: Case, verdict: 'skip' | 'error', observed: string): CaseResult {
  const expected = describeExpectation(testCase);
  const rule = ruleOf(testCase);
  return { case: testCase, verdict, rule, expected, observed, duration: 0, conversations: [] };
}

/** For a case in which Framewright itself threw: nothing can be said about the target. */
export function faulted(testCase: Case, error: unknown): CaseResult {
  const { message, stack = message } = error instanceof Error ? error : new Error(`${error}`);
  const observed = `a bug in Framewright, please report it: ${message}`;
  // The words of the expectation may be what threw.
  const { requirement: expected } = testCase;
  return {
    case: testCase,
    verdict: 'error',
    rule: ruleOf(testCase),
    expected,
    observed,
    duration: 0,
    conversations: [],
    stack,
  };
}

/** A case that something else ended: whether its rule was kept is unknown. */
export function cutShort({ cause: _cause, ...result }: CaseResult, why: string): CaseResult {
  return { ...result, verdict: 'error', observed: `${result.observed}, ${why}` };
}
