import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type CaseResult, withAttempt } from '../results/case-result.ts';
import type { RecordedAttempt } from '../results/results.ts';
import { madeCase } from '../testing/made-case.ts';
import { mainOnly, sampleTimeline } from '../testing/sample-run.ts';
import { TimelineRecorder } from '../wire/timeline.ts';
import { type RecordingOptions, recordRun } from './record-run.ts';
import { Recorder } from './recorder.ts';

const cases = ['a/one', 'a/two', 'a/three'].map((id) => madeCase({ id }));

const result = (index: number, changes: Partial<CaseResult> = {}): CaseResult => ({
  case: cases[index]!,
  verdict: 'pass',
  rule: 'rule',
  expected: 'this',
  observed: 'that',
  duration: 1,
  conversations: mainOnly(sampleTimeline()),
  ...changes,
});

async function* these(
  ...results: readonly CaseResult[]
): AsyncGenerator<CaseResult, 'the end', void> {
  yield* results;
  return 'the end';
}

const options = (changes: Partial<RecordingOptions> = {}): RecordingOptions => ({
  recorder: new Recorder(),
  interrupted: new AbortController().signal,
  ...changes,
});

const shown = ({ results }: Awaited<ReturnType<typeof recordRun>>) =>
  results.map(({ id, verdict }) => `${id} ${verdict}`);

test('results are kept in the order of the cases, with the end of the run', async () => {
  const recording = await recordRun(cases, these(result(2), result(0), result(1)), options());
  assert.equal(recording.end, 'the end');
  assert.deepEqual(shown(recording), ['a/one pass', 'a/two pass', 'a/three pass']);
});

test('an interruption keeps the results so far, even if cases are still running', async () => {
  const controller = new AbortController();
  async function* stuck(): AsyncGenerator<CaseResult, void, void> {
    yield result(1);
    await new Promise(() => {});
  }
  const onResult = () => controller.abort();
  const interrupted = controller.signal;
  const recording = await recordRun(cases, stuck(), options({ interrupted, onResult }));
  assert.equal(recording.end, undefined);
  assert.deepEqual(shown(recording), ['a/two pass']);
});

test('attempts are stored with their conversations', async () => {
  const attempts = (verdict: CaseResult['verdict']) =>
    withAttempt(result(0), result(0, { verdict, observed: 'before' }));
  const { results } = await recordRun(cases, these(attempts('fail'), attempts('pass')), options());
  const [unstable, stable] = results;
  assert.equal(unstable!.unstable, true);
  const [failed, passed] = [unstable!.otherAttempts![0]!, stable!.otherAttempts![0]!];
  assert.deepEqual([failed.verdict, failed.observed], ['fail', 'before']);
  const serverOf = ({ conversations: [main] }: RecordedAttempt) => main!.timeline.server;
  assert.deepEqual(serverOf(failed), serverOf(unstable!));
  assert.deepEqual([passed.observed, stable!.unstable], ['before', undefined]);
  assert.deepEqual(serverOf(passed), serverOf(stable!));
});

test('megabytes of a failed case are kept, but never gigabytes', async () => {
  const failed = (octets: number): CaseResult => {
    const recorder = new TimelineRecorder('tcp');
    for (const entry of sampleTimeline().entries.slice(0, 2)) {
      if (entry.kind === 'bytes') recorder.bytes(entry.from, entry.bytes);
    }
    recorder.bytes('server', randomBytes(octets));
    return result(0, { verdict: 'fail', conversations: mainOnly(recorder.timeline()) });
  };
  const MiB = 1024 * 1024;
  const leftOut = async (octets: number, recorder = new Recorder()) => {
    const { results } = await recordRun(cases, these(failed(octets)), options({ recorder }));
    return results[0]?.conversations[0]?.timeline.leftOut?.server ?? 0;
  };
  assert.equal(await leftOut(5 * MiB), 0);
  assert.ok((await leftOut(8 * MiB)) > 7 * MiB);
  assert.equal(await leftOut(8 * MiB, new Recorder({ wholeTimelines: true })), 0);
});
