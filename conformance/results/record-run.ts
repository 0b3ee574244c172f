/** Collects the results of a run as they come, so that what was measured survives its end. */
import type { Case } from '../case.ts';
import type { CaseResult } from '../run.ts';
import { readConversation } from '../wire/conversation.ts';
import type { Side } from '../wire/timeline.ts';
import { type RecordedResult, type RecordOptions, type RunEnd, recordResult } from './results.ts';

export interface Watch extends RecordOptions {
  /** The target's. */
  readonly role: Side;
  /** Someone wants to stop. */
  readonly interrupted: AbortSignal;
  /** Resolves with a sentence when the target is known to be gone. */
  readonly gone?: Promise<string>;
  /** Looks whether the target can still be reached; a sentence where it cannot. */
  readonly lookForTarget: () => Promise<string | undefined>;
  readonly onResult?: (result: CaseResult) => void;
}

export interface Recording {
  readonly end: RunEnd;
  /** In the order of the cases. */
  readonly results: readonly RecordedResult[];
}

interface Arrival {
  readonly recorded: RecordedResult;
  readonly at: number;
  /** The rule was broken, and the target ended TCP without a Close frame. */
  readonly brokenAndDropped: boolean;
  /** Played alone; that the target survives it is what the case asks. */
  readonly asksToSurvive: boolean;
}

/** How long before its loss was noticed a target may have been the reason for a verdict, in ms. */
const doubtful = 1000;

/** @param cases what was chosen, in order */
export async function recordRun(
  cases: readonly Case[],
  results: AsyncGenerator<CaseResult>,
  watch: Watch,
): Promise<Recording> {
  const arrivals: Arrival[] = [];
  const take = async (result: CaseResult) => {
    const recorded = await recordResult(result, watch);
    const brokenAndDropped = isBrokenAndDropped(result, watch.role);
    const asksToSurvive = result.case.aftermath !== undefined;
    arrivals.push({ recorded, at: performance.now(), brokenAndDropped, asksToSurvive });
    watch.onResult?.(result);
  };
  const others = cases.filter(({ aftermath }) => !aftermath).length;
  // What is played alone comes behind all others (see run.ts).
  const oneIsPlayedAlone = () => arrivals.length >= others && arrivals.length < cases.length;
  const end = await collect(results, watch, take, oneIsPlayedAlone);
  const kept = end.state === 'target lost' ? withoutDoubtful(arrivals) : arrivals;
  const order = new Map(cases.map(({ id }, index) => [id, index]));
  const recorded = kept.map((arrival) => arrival.recorded);
  return { end, results: recorded.toSorted((a, b) => order.get(a.id)! - order.get(b.id)!) };
}

async function collect(
  results: AsyncGenerator<CaseResult>,
  { interrupted, gone, lookForTarget }: Watch,
  take: (result: CaseResult) => Promise<void>,
  oneIsPlayedAlone: () => boolean,
): Promise<RunEnd> {
  let stopped: RunEnd | undefined;
  let wake = () => {};
  const stop = (end: RunEnd) => {
    stopped ??= end;
    wake();
  };
  if (interrupted.aborted) stop({ state: 'interrupted' });
  interrupted.addEventListener('abort', () => stop({ state: 'interrupted' }), { once: true });
  /** The case that was played alone has the last word: the target did not survive it. */
  const takeLast = async (coming: Promise<IteratorResult<CaseResult, void>>) => {
    const last = await new Promise<IteratorResult<CaseResult, void> | undefined>(
      (resolve, reject) => {
        if (interrupted.aborted) resolve(undefined);
        interrupted.addEventListener('abort', () => resolve(undefined), { once: true });
        coming.then(resolve, reject);
      },
    );
    if (last && !last.done) await take(last.value);
  };
  gone?.then((reason) => stop({ state: 'target lost', reason }));
  for (;;) {
    const coming = results.next();
    // No Promise.race: what it is given to wait for holds on to every result that came first.
    const next = await new Promise<IteratorResult<CaseResult, void> | RunEnd>((resolve, reject) => {
      wake = () => resolve(stopped!);
      if (stopped) wake();
      coming.then(resolve, reject);
    });
    if ('state' in next) {
      if (next.state === 'target lost' && oneIsPlayedAlone()) await takeLast(coming);
      return next;
    }
    if (!next.done) await take(next.value);
    if (!next.done && next.value.verdict !== 'error') continue;
    // The last case may have been the one that the target did not survive.
    const reason = await lookForTarget();
    if (reason !== undefined) return { state: 'target lost', reason };
    if (next.done) return { state: 'complete' };
  }
}

function isBrokenAndDropped({ timeline, verdict }: CaseResult, role: Side): boolean {
  if (!timeline || (verdict !== 'fail' && verdict !== 'warn')) return false;
  const { close, ending } = readConversation(timeline)[role];
  return !close && (ending.how === 'rst' || ending.how === 'fin');
}

/** A case that the target's death ended says nothing of its rule, unless to survive is the rule. */
function withoutDoubtful(arrivals: readonly Arrival[]): Arrival[] {
  const now = performance.now();
  return arrivals.flatMap((arrival) => {
    const { recorded, at, brokenAndDropped, asksToSurvive } = arrival;
    if (recorded.verdict === 'error' && !recorded.timeline) return [];
    if (asksToSurvive || !brokenAndDropped || now - at > doubtful) return [arrival];
    const observed = `${recorded.observed}, when the target was lost`;
    return [{ ...arrival, recorded: { ...recorded, verdict: 'error', observed } }];
  });
}
