/**
 * A run against a server: which case runs when, what is run again, and what happens when the target is
 * lost.
 *
 * Light cases run concurrently; heavy ones and the limit cases run one at a time. A verdict that a busy
 * target could have caused is seen again before it counts. A result is reported once the target has
 * shown life after it, so that a case which ended it can be identified.
 */
import type { Case } from '../../format/case.ts';
import { type ClosingSign, type ClosingWait, LearnedClosingWait } from '../../play/closing-wait.ts';
import { type CaseResult, mainTimeline } from '../../results/case-result.ts';
import type { RecordedLoss, RunEnd } from '../../results/results.ts';
import { cutShort } from '../../results/unjudged.ts';
import { lengthFrom } from '../../wire/timeline.ts';
import { provisional } from '../provisional.ts';
import { isHeavy, startingOrder } from './effort.ts';
import { Pace } from './pace.ts';
import { type Finished, Pool } from './pool.ts';
import { Replays, shorterThan, type Turn } from './replays.ts';
import { RetryDelays } from './retry-after.ts';
import { roundTripOf } from './round-trip.ts';
import { targetEnded } from './target-ended.ts';
import { deathMayTake, type Loss, type TargetWatch } from './target-watch.ts';

/** The outcome of a run besides its results. */
export interface ServerRunEnd {
  readonly end: RunEnd;
  /** Each time that the target was lost, and came back or was restarted. */
  readonly losses: readonly RecordedLoss[];
}

export interface ServerRunOptions {
  readonly concurrency: number;
  readonly timeout: number;
  /** How long a missing end of a conversation is waited for, once per cause, in ms. */
  readonly longestClosing: number;
  /** Signs of the end of a conversation that the probe waited for and did not see. */
  readonly missingSigns?: readonly ClosingSign[];
  readonly signal: AbortSignal;
  readonly onNotice: (sentence: string) => void;
  /** Receives what is known of a case before its result is reported. */
  readonly onProvisional: (result: CaseResult) => void;
}

/** The timeouts of an attempt that differ from the usual ones. */
export interface Waits {
  /** In ms. */
  readonly timeout?: number | undefined;
  readonly closing?: ClosingWait | undefined;
}

/** One attempt. */
type Play = (testCase: Case, waits?: Waits) => Promise<CaseResult>;

export class ServerRun {
  readonly #play: Play;
  readonly #watch: TargetWatch;
  readonly #options: ServerRunOptions;
  readonly #pool = new Pool();
  readonly #pace: Pace;
  readonly #replays: Replays;
  readonly #retryDelays: RetryDelays;
  /** Of first attempts. */
  readonly #closing: LearnedClosingWait;
  /** Finished, in order, without a sign of life from the target since. */
  #unsettled: Finished[] = [];
  /** Bytes of the conversations in `#unsettled`. */
  #octetsHeld = 0;
  /** When the last connection that the target answered was started. */
  #lastLife = 0;
  readonly #losses: RecordedLoss[] = [];
  /** Why the target is considered lost. */
  #lostFor: string | undefined;

  constructor(play: Play, watch: TargetWatch, options: ServerRunOptions) {
    this.#play = play;
    this.#watch = watch;
    this.#options = options;
    this.#pace = new Pace(options.concurrency, options.timeout);
    this.#retryDelays = new RetryDelays(options.signal);
    this.#replays = new Replays(options.timeout, options.longestClosing);
    this.#closing = new LearnedClosingWait(shorterThan(options.timeout), options.missingSigns);
  }

  /** Resolves when no case is running any more. */
  async ended(): Promise<void> {
    while (await this.#pool.next());
  }

  async *results(cases: readonly Case[]): AsyncGenerator<CaseResult, ServerRunEnd, void> {
    const limits = cases.filter(({ aftermath }) => aftermath);
    const others = cases.filter(({ aftermath }) => !aftermath);
    const light = others.filter((testCase) => !isHeavy(testCase));
    yield* this.#playFirst(startingOrder(light), this.#pace);
    yield* this.#playFirst(others.filter(isHeavy), alone);
    yield* this.#playAgain();
    yield* this.#playFirst(limits, alone);
    yield* this.#playAgain();
    yield* this.#leftOver();
    return this.#end();
  }

  /** A run that ends early has verdicts in doubt that were not run again. */
  *#leftOver(): Generator<CaseResult> {
    const why = this.#lostFor === undefined ? 'the run was interrupted' : 'the target was lost';
    if (this.#lostFor === undefined) {
      for (const { result } of this.#takeUnsettled()) yield* this.#accept(result);
    }
    for (const result of this.#replays.takeUnplayed()) {
      if (result.conversations.length > 0) yield cutShort(result, `not run again, as ${why}`);
    }
  }

  #end(): ServerRunEnd {
    const losses = this.#losses;
    if (this.#options.signal.aborted) return { end: { state: 'interrupted' }, losses };
    if (this.#lostFor === undefined) return { end: { state: 'complete' }, losses };
    return { end: { state: 'target lost', reason: this.#lostFor }, losses };
  }

  get #isOver(): boolean {
    return this.#lostFor !== undefined || this.#options.signal.aborted;
  }

  #playFirst(cases: readonly Case[], pace: { readonly width: number }) {
    const closing = this.#closing;
    return this.#playAll(
      cases.map((testCase) => ({ testCase, closing, notBefore: 0 })),
      pace,
    );
  }

  async *#playAll(
    turns: readonly Turn[],
    pace: { readonly width: number },
    timeout?: number,
  ): AsyncGenerator<CaseResult> {
    let next = 0;
    while (!this.#isOver) {
      while (next < turns.length && this.#pool.hasRoomFor(turns[next]!.testCase, pace.width)) {
        const { testCase, closing } = turns[next]!;
        this.#pool.start(testCase, () => this.#play(testCase, { timeout, closing }));
        next += 1;
      }
      if (this.#pool.isEmpty) break;
      // A long case does not delay the results of others.
      const finished = await this.#pool.next(this.#unsettled.length > 0 ? deathMayTake : undefined);
      if (this.#isOver) break;
      if (!finished) yield* this.#settleAll();
      else {
        this.#take(finished);
        if (this.#needsLook(finished)) yield* this.#lookForTarget();
        yield* this.#settled();
      }
    }
    yield* this.#settleAll();
  }

  #take(finished: Finished): void {
    const { result, startedAt } = finished;
    this.#unsettled.push(finished);
    this.#octetsHeld += octetsOf(finished);
    this.#options.onProvisional(provisional(result, 'server'));
    this.#pace.take(roundTripOf(result));
    const wasAnswered = mainTimeline(result.conversations)?.entries.some(
      (entry) => entry.kind === 'bytes' && entry.from === 'server',
    );
    if (wasAnswered) this.#lastLife = Math.max(this.#lastLife, startedAt);
  }

  /** No connection, or a silent one: the target may have ended, or hang. */
  #needsLook({ result: { verdict, stack, conversations } }: Finished): boolean {
    if (this.#watch.hasEnded) return true;
    const timeline = mainTimeline(conversations);
    if (!timeline) return verdict === 'error' && stack === undefined;
    const { entries } = timeline;
    const isSilent = !entries.some((entry) => entry.kind === 'bytes' && entry.from === 'server');
    return isSilent && entries.some(({ kind }) => kind === 'timeout');
  }

  /** Nothing new is started meanwhile. */
  async *#lookForTarget(): AsyncGenerator<CaseResult> {
    if (!this.#watch.hasEnded && (await this.#watch.serves())) return;
    await this.#drain();
    if (this.#isOver) return;
    const loss = await this.#watch.findLoss();
    if (loss) yield* this.#recover(loss);
    else this.#pace.slowDown();
  }

  async #drain(): Promise<void> {
    for (;;) {
      const finished = await this.#pool.next();
      if (!finished || this.#isOver) return;
      this.#take(finished);
    }
  }

  /** Reports the results that the target was seen to survive. */
  *#settled(): Generator<CaseResult> {
    const waited = performance.now() - deathMayTake;
    for (let next = this.#unsettled[0]; next; next = this.#unsettled[0]) {
      const isSurvived = next.endedAt <= this.#lastLife;
      if (!isSurvived || (next.endedAt > waited && this.#octetsHeld <= maxOctetsHeld)) return;
      this.#unsettled.shift();
      this.#octetsHeld -= octetsOf(next);
      yield* this.#accept(next.result);
    }
  }

  /** One check settles everything that finished before it. */
  async *#settleAll(): AsyncGenerator<CaseResult> {
    if (this.#isOver || this.#unsettled.length === 0) return;
    if (this.#watch.hasEnded || !(await this.#watch.serves())) yield* this.#lookForTarget();
    for (const { result } of this.#takeUnsettled()) yield* this.#accept(result);
  }

  #takeUnsettled(): Finished[] {
    this.#octetsHeld = 0;
    return this.#unsettled.splice(0);
  }

  /** A verdict in doubt waits for its replay. */
  *#accept(result: CaseResult): Generator<CaseResult> {
    const final = this.#replays.judge(result);
    if (final) yield final;
  }

  async *#playAgain(): AsyncGenerator<CaseResult> {
    const replays = this.#replays;
    if (replays.size > 0) {
      this.#options.onNotice(
        `running ${inCases(replays.size)} again, as an answer was missing or late`,
      );
    }
    while (!this.#isOver && replays.size > 0) {
      const turn = replays.nextAlone();
      const turns = turn ? [turn] : replays.takeTogether();
      await this.#retryDelays.until(Math.max(...turns.map(({ notBefore }) => notBefore)));
      if (this.#isOver) return;
      if (turn) yield* this.#playAll(turns, alone);
      else yield* this.#playAll(turns, this.#pace, replays.shorterTimeout);
    }
  }

  /**
   * The target is lost. Each case that may have ended it is run with nothing else running; the one that
   * ends it again right after a start fails, whatever its verdict was. A later one is run once more
   * first: the cases run in between may have contributed.
   */
  async *#recover(first: Loss): AsyncGenerator<CaseResult> {
    const suspects = this.#takeUnsettled();
    const cases: string[] = [];
    let loss = first;
    let isFresh = true;
    let gone = await this.#watch.bringBack(loss);
    while (gone === undefined && suspects.length > 0 && !this.#isOver) {
      const suspect = suspects.shift()!;
      const result = await this.#play(suspect.result.case);
      if (this.#isOver) return;
      const again = await this.#lossAfter(loss, cases.length === 0);
      if (!again) {
        isFresh = false;
        this.#options.onProvisional(provisional(result, 'server'));
        yield* this.#accept(result);
        continue;
      }
      if (isFresh) {
        cases.push(result.case.id);
        yield isToBlame(result.case, again)
          ? targetEnded(result, again)
          : cutShort(result, `then ${again.observed}`);
      } else suspects.unshift(suspect);
      loss = again;
      isFresh = true;
      gone = await this.#watch.bringBack(loss);
    }
    if (gone === undefined) this.#losses.push({ reason: first.reason, cases });
    else yield* this.#giveUp(suspects, loss, gone);
  }

  /** @param mayBeLate gives the target time to end because of this case, not the next one */
  async #lossAfter(before: Loss, mayBeLate: boolean): Promise<Loss | undefined> {
    if (mayBeLate) await this.#watch.lingers(deathMayTake);
    return before.hasEnded ? this.#watch.findLoss() : this.#watch.confirmLoss();
  }

  /** What can still be concluded if the target does not come back. */
  *#giveUp(suspects: readonly Finished[], loss: Loss, reason: string): Generator<CaseResult> {
    this.#lostFor = reason;
    const played = suspects.filter(({ result }) => result.conversations.length > 0);
    const [only, ...others] = played;
    // Silence may be the network's; an end, or any loss that the case is about, is the target's.
    const isClear = others.length === 0 && (loss.hasEnded || only?.result.case.aftermath);
    if (only && isClear) yield targetEnded(only.result, loss);
    else for (const { result } of played) yield cutShort(result, 'when the target was lost');
  }
}

/** A target that is silent after many similar cases may still be working on them. */
function isToBlame(testCase: Case, { hasEnded }: Loss): boolean {
  return hasEnded || testCase.aftermath !== undefined || !isHeavy(testCase);
}

/** The memory budget of results held back; beyond it, a single sign of life is enough. */
const maxOctetsHeld = 2 * 1024 * 1024;

const octetsOf = ({ result: { conversations } }: Finished) =>
  conversations.reduce(
    (sum, { timeline }) => sum + lengthFrom(timeline, 'client') + lengthFrom(timeline, 'server'),
    0,
  );

const alone = { width: 1 };

const inCases = (count: number) => (count === 1 ? 'one case' : `${count} cases`);
