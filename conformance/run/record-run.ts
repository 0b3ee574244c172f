/** Collects the results of a run as they come, so that what was measured survives its end. */
import type { Case } from '../case.ts';
import {
  type RecordedResult,
  type RecordOptions,
  type RunEnd,
  recordResult,
} from '../results/results.ts';
import { readConversation } from '../wire/conversation.ts';
import type { Side } from '../wire/timeline.ts';
import type { CaseResult } from './case-result.ts';

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
  /** Gets each result as it is kept. */
  readonly onRecorded?: (recorded: RecordedResult) => void;
}

export interface Recording {
  readonly end: RunEnd;
  /** In the order of the cases. */
  readonly results: readonly RecordedResult[];
}

interface Arrival {
  readonly recorded: RecordedResult;
  readonly at: number;
  /** How the target left a rule broken, where that may have been its end. */
  readonly leaving: Leaving | undefined;
  /** Played alone; that the target survives it is what the case asks. */
  readonly asksToSurvive: boolean;
}

/** It ended TCP without a Close frame; it said nothing more; it never said anything. */
type Leaving = 'dropped' | 'silent' | 'mute';

/** How long before its loss was noticed a target may have been the reason for a verdict, in ms. */
const doubtful = 1000;

/** @param cases what was chosen, in order */
export async function recordRun(
  cases: readonly Case[],
  results: AsyncGenerator<CaseResult>,
  watch: Watch,
): Promise<Recording> {
  const arrivals: Arrival[] = [];
  /** @returns whether the target has to be looked for */
  const take = async (result: CaseResult): Promise<boolean> => {
    const recorded = await recordResult(result, watch);
    const leaving = leavingOf(result, watch.role);
    const asksToSurvive = result.case.aftermath !== undefined;
    arrivals.push({ recorded, at: performance.now(), leaving, asksToSurvive });
    watch.onRecorded?.(recorded);
    watch.onResult?.(result);
    return recorded.verdict === 'error' || leaving === 'mute';
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
  take: (result: CaseResult) => Promise<boolean>,
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
    if (!next.done && !(await take(next.value))) continue;
    // The last case may have been the one that the target did not survive.
    const reason = await new Promise<string | undefined>((resolve, reject) => {
      wake = () => resolve(undefined);
      lookForTarget().then(resolve, reject);
    });
    if (stopped) return stopped;
    if (reason !== undefined) return { state: 'target lost', reason };
    if (next.done) return { state: 'complete' };
  }
}

function leavingOf({ timeline, verdict }: CaseResult, role: Side): Leaving | undefined {
  if (!timeline || (verdict !== 'fail' && verdict !== 'warn')) return undefined;
  const { close, ending, head } = readConversation(timeline)[role];
  if (close) return undefined;
  if (ending.how === 'rst' || ending.how === 'fin') return 'dropped';
  if (ending.how !== 'timeout') return undefined;
  return head ? 'silent' : 'mute';
}

/** A case that the target's death ended says nothing of its rule, unless to survive is the rule. */
function withoutDoubtful(arrivals: readonly Arrival[]): Arrival[] {
  const now = performance.now();
  const isSilent = ({ leaving }: Arrival) => leaving === 'silent' || leaving === 'mute';
  const lastSign = arrivals.findLastIndex((one) => one.recorded.timeline && !isSilent(one));
  return arrivals.flatMap((arrival, index) => {
    const { recorded, at, leaving, asksToSurvive } = arrival;
    if (recorded.verdict === 'error' && !recorded.timeline) return [];
    const inDoubt = leaving === 'dropped' ? now - at <= doubtful : index > lastSign;
    if (asksToSurvive || !leaving || !inDoubt) return [arrival];
    const observed = `${recorded.observed}, when the target was lost`;
    return [{ ...arrival, recorded: { ...recorded, verdict: 'error', observed } }];
  });
}
