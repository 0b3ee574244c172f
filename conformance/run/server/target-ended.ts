/** The verdict on a case that the target did not survive. */
import { judgementOf } from '../../judge/judge.ts';
import { targetEndedRule } from '../../judge/rules.ts';
import type { CaseResult } from '../../results/case-result.ts';
import type { Loss } from './target-watch.ts';

/** Regardless of the level: whatever a client sends, the other clients have to be served. */
export function targetEnded(result: CaseResult, { observed }: Loss): CaseResult {
  const { case: testCase, duration, conversations } = result;
  const judgement = judgementOf(
    {
      rule: targetEndedRule,
      where: 'ending',
      expected: 'the server keeps serving',
      observed: conversations.length > 0 ? `${result.observed}, then ${observed}` : observed,
      seen: observed,
    },
    testCase,
  );
  return { case: testCase, ...judgement, duration, conversations };
}
