import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { CaseResult } from '../results/case-result.ts';
import { madeCase } from '../testing/made-case.ts';
import { mainOnly, sampleTimeline } from '../testing/sample-run.ts';
import { TimelineRecorder } from '../wire/timeline.ts';
import { Recorder } from './recorder.ts';

const testCase = madeCase({ id: 'a/case' });

const resultOf = (changes: Partial<CaseResult> = {}): CaseResult => ({
  case: testCase,
  verdict: 'pass',
  rule: 'rule',
  expected: 'this',
  observed: 'that',
  duration: 1,
  conversations: mainOnly(sampleTimeline()),
  ...changes,
});

function recording() {
  const kept: string[] = [];
  const recorder = new Recorder({}, ({ verdict }) => kept.push(verdict));
  return { kept, recorder };
}

test('a result that counts as it was first seen is kept once', async () => {
  const { kept, recorder } = recording();
  const result = resultOf();
  await recorder.provisional(result);
  assert.deepEqual(kept, ['pass']);
  assert.equal((await recorder.final(result)).id, 'a/case');
  assert.deepEqual(kept, ['pass']);
});

test('a final result follows the provisional one that it replaces', async () => {
  const { kept, recorder } = recording();
  const first = resultOf({ verdict: 'fail' });
  await recorder.provisional(first);
  await recorder.provisional(resultOf({ verdict: 'error' }));
  await recorder.final(first);
  assert.deepEqual(kept, ['fail', 'error', 'fail']);
});

test('a provisional result that takes long to record does not replace the final one', async () => {
  const { kept, recorder } = recording();
  const long = new TimelineRecorder('tcp');
  long.bytes('server', randomBytes(4 * 1024 * 1024));
  const provisional = recorder.provisional(
    resultOf({ verdict: 'error', conversations: mainOnly(long.timeline()) }),
  );
  await recorder.final(resultOf());
  await provisional;
  assert.deepEqual(kept, ['pass']);
});
