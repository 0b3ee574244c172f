import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../judge/judge.ts';
import { madeCase } from '../testing/made-case.ts';
import { sampleTimeline } from '../testing/sample-run.ts';
import { type CaseResult, lastOf } from './case-result.ts';

const played = (verdict: Verdict): CaseResult => ({
  ...{ case: madeCase(), verdict, rule: 'rule', expected: 'this', observed: verdict },
  ...{ duration: 1, timeline: sampleTimeline() },
});

test('a single attempt is the result', () => {
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

test('the bytes of an attempt are kept if the next one had another verdict', () => {
  const [first, second] = lastOf([played('fail'), played('fail'), played('pass')]).otherAttempts!;
  assert.equal(first!.timeline, undefined);
  assert.ok(second!.timeline);
});
