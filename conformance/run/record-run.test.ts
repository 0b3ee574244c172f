import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Case } from '../case.ts';
import { sampleTimeline } from '../report/sample-run.ts';
import { madeCase } from '../testing/made-case.ts';
import { TimelineRecorder } from '../wire/timeline.ts';
import type { CaseResult } from './case-result.ts';
import { recordRun, type Watch } from './record-run.ts';

const five = ['a/one', 'a/two', 'a/three', 'a/four', 'a/five'].map((id) => madeCase({ id }));
const cases = five.slice(0, 3);

/** A connection that the server reset right behind its 101. */
function dropped() {
  const recorder = recorderOf(2);
  recorder.end('rst', 'server');
  return recorder.timeline();
}

/** @param entries 1: the request alone; 2: its 101, too */
function silentAfter(entries: number) {
  const recorder = recorderOf(entries);
  recorder.timeout('an answer');
  return recorder.timeline();
}

function recorderOf(entries: number): TimelineRecorder {
  const recorder = new TimelineRecorder('tcp');
  for (const entry of sampleTimeline().entries.slice(0, entries)) {
    if (entry.kind === 'bytes') recorder.bytes(entry.from, entry.bytes);
  }
  return recorder;
}

const result = (index: number, changes: Partial<CaseResult> = {}): CaseResult => ({
  case: five[index]!,
  verdict: 'pass',
  rule: 'rule',
  expected: 'this',
  observed: 'that',
  duration: 1,
  timeline: sampleTimeline(),
  ...changes,
});

async function* these(...results: readonly CaseResult[]): AsyncGenerator<CaseResult> {
  yield* results;
}

/** Yields these, then nothing more, and never ends. */
async function* stuckBehind(...results: readonly CaseResult[]): AsyncGenerator<CaseResult> {
  yield* results;
  await new Promise(() => {});
}

const watch = (changes: Partial<Watch> = {}): Watch => ({
  role: 'server',
  interrupted: new AbortController().signal,
  lookForTarget: async () => undefined,
  ...changes,
});

const shown = ({ results }: Awaited<ReturnType<typeof recordRun>>) =>
  results.map(({ id, verdict }) => `${id} ${verdict}`);

test('results are kept in the order of the cases', async () => {
  const recording = await recordRun(cases, these(result(2), result(0), result(1)), watch());
  assert.deepEqual(recording.end, { state: 'complete' });
  assert.deepEqual(shown(recording), ['a/one pass', 'a/two pass', 'a/three pass']);
});

test('an interruption keeps what there is, whatever is still played', async () => {
  const controller = new AbortController();
  const onResult = () => controller.abort();
  const interrupted = controller.signal;
  const recording = await recordRun(
    cases,
    stuckBehind(result(1)),
    watch({ interrupted, onResult }),
  );
  assert.deepEqual(recording.end, { state: 'interrupted' });
  assert.deepEqual(shown(recording), ['a/two pass']);
});

test('a target that is gone ends the run, and fails no case that its end cut short', async () => {
  const own = result(0, { verdict: 'fail' });
  const cutShort = result(1, { verdict: 'fail', timeline: dropped() });
  let die = (_how: string) => {};
  const gone = new Promise<string>((resolve) => {
    die = resolve;
  });
  const onResult = ({ case: { id } }: CaseResult) => {
    if (id === 'a/two') die('exited with code 3');
  };
  const recording = await recordRun(cases, stuckBehind(own, cutShort), watch({ gone, onResult }));
  assert.deepEqual(recording.end, { state: 'target lost', reason: 'exited with code 3' });
  assert.deepEqual(shown(recording), ['a/one fail', 'a/two error']);
  assert.match(recording.results[1]!.observed, /^that, when the target was lost$/);
});

test('a limit case that the target does not survive fails, and is the last', async () => {
  const survived: Case = { ...cases[1]!, aftermath: { memory: 0 } };
  let die = (_how: string) => {};
  const gone = new Promise<string>((resolve) => {
    die = resolve;
  });
  async function* killing(): AsyncGenerator<CaseResult> {
    yield result(0);
    die('exited with code 1');
    await gone;
    yield { ...result(1, { verdict: 'fail', timeline: dropped() }), case: survived };
    await new Promise(() => {});
  }
  const recording = await recordRun([cases[0]!, survived], killing(), watch({ gone }));
  assert.deepEqual(recording.end, { state: 'target lost', reason: 'exited with code 1' });
  assert.deepEqual(shown(recording), ['a/one pass', 'a/two fail']);
});

test('a connection that fails in the middle makes us look whether the target is there', async () => {
  const { timeline: _, ...unplayed } = result(1, { verdict: 'error', observed: 'no connection' });
  const there = await recordRun(cases, these(result(0), unplayed, result(2)), watch());
  assert.deepEqual(there.end, { state: 'complete' });
  assert.deepEqual(shown(there), ['a/one pass', 'a/two error', 'a/three pass']);
  const lookForTarget = async () => 'nothing listens';
  const lost = await recordRun(
    cases,
    these(result(0), unplayed, result(2)),
    watch({ lookForTarget }),
  );
  assert.deepEqual(lost.end, { state: 'target lost', reason: 'nothing listens' });
  assert.deepEqual(shown(lost), ['a/one pass']);
});

test('a target that does not survive the last case is lost too', async () => {
  const last = result(0, { verdict: 'warn', timeline: dropped() });
  const recording = await recordRun(
    cases,
    these(last),
    watch({ lookForTarget: async () => 'gone' }),
  );
  assert.deepEqual(shown(recording), ['a/one error']);
});

test('a target that drops connections and is still there is judged for it', async () => {
  const recording = await recordRun(
    cases,
    these(result(0, { verdict: 'fail', timeline: dropped() })),
    watch(),
  );
  assert.deepEqual(shown(recording), ['a/one fail']);
});

test('megabytes are kept of what failed, gigabytes of nothing', async () => {
  const failed = (octets: number): CaseResult => {
    const recorder = recorderOf(2);
    recorder.bytes('server', randomBytes(octets));
    return result(0, { verdict: 'fail', timeline: recorder.timeline() });
  };
  const MiB = 1024 * 1024;
  const leftOut = async (octets: number, changes: Partial<Watch> = {}) => {
    const { results } = await recordRun(cases, these(failed(octets)), watch(changes));
    return results[0]?.timeline?.leftOut?.server ?? 0;
  };
  assert.equal(await leftOut(5 * MiB), 0);
  assert.ok((await leftOut(8 * MiB)) > 7 * MiB);
  assert.equal(await leftOut(8 * MiB, { wholeTimelines: true }), 0);
});

test('a target that hangs is lost, and no case that it hung in fails', async () => {
  const silent = silentAfter(2);
  const { timeline: _, ...skipped } = result(3, { verdict: 'skip' });
  const results = [
    result(0, { verdict: 'fail', timeline: silent }),
    result(1),
    result(2, { verdict: 'fail', timeline: silent }),
    skipped,
    result(4, { verdict: 'fail', timeline: silentAfter(1) }),
  ];
  const hung = await recordRun(
    five,
    these(...results),
    watch({ lookForTarget: async () => 'mute' }),
  );
  assert.deepEqual(hung.end, { state: 'target lost', reason: 'mute' });
  const before = ['a/one fail', 'a/two pass'];
  assert.deepEqual(shown(hung), [...before, 'a/three error', 'a/four skip', 'a/five error']);
  const alive = await recordRun(five, these(...results), watch());
  assert.deepEqual(shown(alive), [...before, 'a/three fail', 'a/four skip', 'a/five fail']);
});

test('a target that answers no handshake is looked for at once', async () => {
  const mute = result(0, { verdict: 'fail', timeline: silentAfter(1) });
  const recording = await recordRun(
    cases,
    stuckBehind(mute),
    watch({ lookForTarget: async () => 'mute' }),
  );
  assert.deepEqual(recording.end, { state: 'target lost', reason: 'mute' });
});

test('an interruption does not wait for a target that is looked for', async () => {
  const controller = new AbortController();
  const recording = await recordRun(
    cases,
    these(result(0)),
    watch({
      interrupted: controller.signal,
      lookForTarget: () => {
        controller.abort();
        return new Promise(() => {});
      },
    }),
  );
  assert.deepEqual(recording.end, { state: 'interrupted' });
  assert.deepEqual(shown(recording), ['a/one pass']);
});
