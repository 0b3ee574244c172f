import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../judge/judge.ts';
import { madeCase } from '../testing/made-case.ts';
import { mainOnly, sampleTimeline } from '../testing/sample-run.ts';
import { type CaseResult, lastOf, mainTimeline } from './case-result.ts';

const played = (verdict: Verdict): CaseResult => ({
  ...{ case: madeCase(), verdict, rule: 'rule', expected: 'this', observed: verdict },
  ...{ duration: 1, conversations: mainOnly(sampleTimeline()) },
});

test('the result of a single attempt is that attempt', () => {
  const only = played('fail');
  assert.equal(lastOf([only]), only);
});

test('the last of several attempts decides; a case is unstable if any of them differs', () => {
  for (const [verdicts, unstable] of [
    [['fail', 'fail'], undefined],
    [['fail', 'pass'], true],
    [['fail', 'fail', 'pass'], true],
    [['error', 'fail', 'fail'], true],
    [['pass', 'fail', 'pass'], true],
  ] as const) {
    const result = lastOf(verdicts.map(played));
    const all = [...result.otherAttempts!, result].map(({ observed }) => observed);
    assert.deepEqual([all, result.unstable], [verdicts, unstable]);
  }
});

test('attempts keep their conversations, whatever their verdict', () => {
  const { otherAttempts } = lastOf([played('pass'), played('fail'), played('pass')]);
  for (const { conversations } of otherAttempts!) {
    assert.ok(mainTimeline(conversations)!.entries.length > 0);
  }
});
