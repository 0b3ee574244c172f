import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judgement } from '../judge/judge.ts';
import type { CaseResult } from '../run/case-result.ts';
import { madeCase } from '../testing/made-case.ts';
import type { ScriptEvent, TimelineEntry } from '../wire/timeline.ts';
import { isInDoubt, isSettled } from './doubt.ts';

const result = (
  verdict: Judgement['verdict'],
  rule: string,
  observed: string,
  ...entries: readonly TimelineEntry[]
): CaseResult => ({
  ...{ case: madeCase({}), verdict, rule, observed, expected: '', duration: 0 },
  timeline: { transport: 'tcp', entries },
});

const timeout: TimelineEntry = { kind: 'timeout', at: 1, waitingFor: 'a Close frame' };
const told = (event: ScriptEvent): TimelineEntry => ({ kind: 'script', at: 1, event });
const closed = (code: number, wasClean: boolean) =>
  told({ type: 'close', code, reason: '', wasClean });
const late = result('fail', 'no-close-frame', '101, then timeout: a Close frame did not come');

test('what did not come, was lost, or could not be judged is in doubt', () => {
  for (const each of [
    late,
    result('warn', 'failed-without-close-frame', '101, then RST without Close'),
    result('fail', 'unmasked', 'the connection stays open'),
    result('fail', 'reserved-opcode', '101, then a Pong, then still open'),
    result('fail', 'reserved-opcode', '101', timeout),
    result('fail', 'wrong-events', 'open, close 1006 unclean', closed(1006, false)),
    result('fail', 'wrong-events', 'open', told({ type: 'error' })),
    result('error', 'empty', 'the browser asked for no connection'),
  ]) {
    assert.ok(isInDoubt(each), each.observed);
  }
});

test('what was seen is not in doubt', () => {
  for (const each of [
    result('pass', 'no-close-frame', '101, then Close 1000, then FIN'),
    result('fail', 'masked-server-frame', 'text "masked"'),
    result('warn', 'wrong-close-code', '101, then Close 1002, then FIN'),
    result('fail', 'wrong-events', 'open, close 1005 clean', closed(1005, true)),
    result('skip', 'empty', 'the browser has no SharedWorker'),
  ]) {
    assert.ok(!isInDoubt(each), each.observed);
  }
});

test('a doubt is settled by what is seen, by the same again, or by the third attempt', () => {
  const pass = result('pass', 'empty', '101, then Close 1000, then FIN');
  const other = result('fail', 'missing-answer', '101');
  const unjudged = result('error', 'empty', 'the browser did not answer any more');
  assert.ok(!isSettled([late]));
  assert.ok(isSettled([late, pass]));
  assert.ok(isSettled([late, late]));
  assert.ok(!isSettled([late, other]));
  assert.ok(!isSettled([unjudged, unjudged]));
  assert.ok(isSettled([unjudged, unjudged, unjudged]));
  assert.ok(!isSettled([unjudged, late]));
});
