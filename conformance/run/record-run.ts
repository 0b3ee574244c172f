/** Collects the results of a run as they arrive, so that they survive its end. */
import type { Case } from '../format/case.ts';
import type { CaseResult } from '../results/case-result.ts';
import type { RecordedResult } from '../results/results.ts';
import type { Recorder } from './recorder.ts';

export interface RecordingOptions {
  readonly recorder: Recorder;
  /** Aborted: stop waiting for results. */
  readonly interrupted: AbortSignal;
  readonly onResult?: (result: CaseResult) => void;
}

export interface Recording<End> {
  /** What the run returns at its end; undefined if it was interrupted before. */
  readonly end: End | undefined;
  /** In the order of the cases. */
  readonly results: readonly RecordedResult[];
}

/** @param cases the selected cases, in order */
export async function recordRun<End>(
  cases: readonly Case[],
  results: AsyncGenerator<CaseResult, End, void>,
  options: RecordingOptions,
): Promise<Recording<End>> {
  const recorded: RecordedResult[] = [];
  let end: End | undefined;
  for (;;) {
    const next = await unlessAborted(results.next(), options.interrupted);
    if (next === undefined) break;
    if (next.done) {
      end = next.value;
      break;
    }
    recorded.push(await options.recorder.final(next.value));
    options.onResult?.(next.value);
  }
  const order = new Map(cases.map(({ id }, index) => [id, index]));
  return { end, results: recorded.toSorted((a, b) => order.get(a.id)! - order.get(b.id)!) };
}

/** Not Promise.race: the promises given to it would retain all earlier results. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    const leave = () => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(leave);
  });
}
