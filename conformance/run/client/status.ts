/** Verdicts in the words of Autobahn's status answers, for scripts that read those. */
import type { Verdict } from '../../judge/judge.ts';
import type { CaseResult } from '../../results/case-result.ts';

const behaviors: Readonly<Record<Verdict, string>> = {
  pass: 'OK',
  warn: 'NON-STRICT',
  info: 'INFORMATIONAL',
  skip: 'UNIMPLEMENTED',
  fail: 'FAILED',
  error: 'FAILED',
};

/** Rules about how a connection ended; Autobahn judges those separately. */
const closeRules = new Set([
  'no-close-frame',
  'wrong-close-code',
  'tcp-left-open',
  'failed-without-close-frame',
  'close-frame-before-open',
]);

export interface CaseStatus {
  readonly behavior: string;
  readonly behaviorClose: string;
  /** Our own addition: the verdict, its rule, and the observation. */
  readonly verdict: Verdict;
  readonly rule: string;
  readonly expected: string;
  readonly observed: string;
}

export function statusOf(result: CaseResult | undefined): CaseStatus {
  if (!result) {
    const observed = 'this agent has not run the case';
    return { ...both('FAILED'), verdict: 'error', rule: 'not-run', expected: 'a run', observed };
  }
  const { verdict, rule, expected, observed } = result;
  const behavior = behaviors[verdict];
  const aboutEnding = closeRules.has(rule) && (verdict === 'fail' || verdict === 'warn');
  return {
    ...(aboutEnding ? { behavior: 'OK', behaviorClose: behavior } : both(behavior)),
    verdict,
    rule,
    expected,
    observed,
  };
}

const both = (behavior: string) => ({ behavior, behaviorClose: behavior });
