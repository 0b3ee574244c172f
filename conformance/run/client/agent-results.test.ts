import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../judge/judge.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { madeCase } from '../../testing/made-case.ts';
import { mainOnly } from '../../testing/sample-run.ts';
import { AgentResults } from './agent-results.ts';

const testCase = madeCase();
const late = { kind: 'timeout', at: 1, waitingFor: 'a message' } as const;
const played = (verdict: Verdict): CaseResult => ({
  ...{ case: testCase, verdict, rule: 'rule', expected: 'this', observed: verdict, duration: 1 },
  conversations: mainOnly({ transport: 'tcp', entries: [late] }),
});

/** The results after these attempts, and after a crash in the last of them. */
function after(verdicts: readonly Verdict[], death?: string) {
  const results = new AgentResults();
  const attempts = verdicts.map(played);
  for (const result of attempts) results.take('mine', result);
  if (death !== undefined) results.takeDeath('mine', attempts.at(-1)!, death);
  const { otherAttempts = [], observed, unstable } = results.resultOf('mine', testCase)!;
  return [[...otherAttempts.map((other) => other.observed), observed], unstable];
}

test('a case that a loop runs again keeps its earlier attempts', () => {
  assert.deepEqual(after(['fail', 'pass']), [['fail', 'pass'], true]);
  assert.deepEqual(after(['fail', 'fail']), [['fail', 'fail'], undefined]);
  assert.deepEqual(after(['pass']), [['pass'], undefined]);
});

test('a result in doubt notes that the case was run once', () => {
  const words = 'fail (seen once: the case could not be run again)';
  assert.deepEqual(after(['fail']), [[words], undefined]);
});

test('a crash replaces the attempt in which it happened, and is not in doubt', () => {
  const words = 'it died (on the wire: fail)';
  assert.deepEqual(after(['fail'], 'it died'), [[words], undefined]);
  assert.deepEqual(after(['fail', 'fail'], 'it died'), [['fail', words], undefined]);
});

test('results of agents are separate, and a case that did not run has no result', () => {
  const results = new AgentResults();
  results.take('mine', played('pass'));
  assert.equal(results.resultOf('other', testCase), undefined);
  assert.equal(results.hasDied('mine', testCase), false);
});
