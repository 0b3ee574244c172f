/** Runs cases against a target: plays each, judges it, and yields the results as they come. */

import type { Aftermath, Case } from '../case.ts';
import { unmetNeed } from '../needs.ts';
import { lengthOf } from '../payload.ts';
import { judgeAftermath, MemoryWatch, type ResidentMemory } from '../play/aftermath.ts';
import { ConnectError, requireTarget, type ServerTarget } from '../play/connect.ts';
import { requirePatience } from '../play/patience.ts';
import { type Capabilities, probeServer } from '../play/probe.ts';
import { playRounds, type Round } from '../play/rounds.ts';
import { freshSeed, type Seed } from '../play/seed.ts';
import type { PlayOptions } from '../play/talk.ts';
import { itemsOf } from '../step.ts';
import type { CaseResult } from './case-result.ts';
import { faulted, unjudged } from './unjudged.ts';

export interface RunOptions {
  /** How many cases are played at once. Default 16. */
  readonly concurrency?: number;
  /** How long one observation may take, in ms. Default 5000. */
  readonly timeout?: number;
  /** How long a target that must fail the connection is left alone, in ms. Default 250. */
  readonly grace?: number;
  /** Default: probed first. */
  readonly capabilities?: Capabilities;
  /** Keys and masks follow from it. Default: a fresh one. */
  readonly seed?: Seed;
  /** Octets in memory of the target's processes, where the harness started it. */
  readonly residentMemory?: ResidentMemory;
  /** Ends the run between cases. */
  readonly signal?: AbortSignal;
}

const defaults = { timeout: 5000, grace: 250 };

/**
 * Cases that are for clients only are left out.
 * @returns results in the order in which they are done
 * @throws {ConnectError} where the target cannot be reached before the first case
 * @throws {RangeError} where an option is no number that can be waited for or counted to
 */
export async function* runServerCases(
  cases: readonly Case[],
  target: ServerTarget,
  options: RunOptions = {},
): AsyncGenerator<CaseResult> {
  const { concurrency = 16, timeout = defaults.timeout, seed = freshSeed() } = options;
  requireOptions({ ...options, concurrency });
  const capabilities = options.capabilities ?? (await probeServer(target, timeout));
  const playable = cases.filter(({ against }) => against.includes('server'));
  const prepared = { ...options, capabilities, seed };
  const play = (testCase: Case) => runServerCase(testCase, target, prepared);
  const gentle = playable.filter(({ aftermath }) => !aftermath);
  const harsh = playable.filter(({ aftermath }) => aftermath);
  yield* inParallel(gentle, concurrency, play, options.signal);
  // One at a time: what memory and a fresh connection show has to be of this case.
  yield* inParallel(harsh, 1, play, options.signal);
}

/**
 * One case, for a test runner that has its own order and its own concurrency; one that is for
 * clients only is skipped.
 * @throws {ConnectError} where the target has to be probed and cannot be reached
 * @throws {RangeError} where an option is no number that can be waited for
 */
export async function runServerCase(
  testCase: Case,
  target: ServerTarget,
  options: Omit<RunOptions, 'concurrency' | 'signal'> = {},
): Promise<CaseResult> {
  requireOptions(options);
  requireTarget(target);
  const { timeout = defaults.timeout, grace = defaults.grace, seed = freshSeed() } = options;
  const capabilities = options.capabilities ?? (await probeServer(target, timeout));
  const patient = Math.max(timeout, testCase.patience ?? 0);
  const { echo, pong } = capabilities;
  const playOptions = { timeout: patient, grace, seed, echo, pong };
  const isOurs = testCase.against.includes('server');
  const reason = isOurs ? unmetNeed(testCase, capabilities) : 'the target is no client';
  if (reason) return unjudged(testCase, 'skip', reason);
  const startedAt = performance.now();
  try {
    const { judgement, timeline } = await playWithAftermath(
      testCase,
      target,
      playOptions,
      options.residentMemory ?? (() => undefined),
    );
    return { case: testCase, ...judgement, duration: performance.now() - startedAt, timeline };
  } catch (error) {
    if (error instanceof ConnectError) return unjudged(testCase, 'error', error.message);
    return faulted(testCase, error);
  }
}

/** What cannot be waited for would end each wait at once, and the target would be blamed for it. */
function requireOptions({ timeout, grace, concurrency }: RunOptions): void {
  if (timeout !== undefined) requirePatience('timeout', timeout);
  if (grace !== undefined) requirePatience('grace', grace);
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new RangeError(`concurrency has to be a whole number above 0, not ${concurrency}`);
  }
}

function leavesSomething(testCase: Case): testCase is Case & { readonly aftermath: Aftermath } {
  return testCase.aftermath !== undefined;
}

async function playWithAftermath(
  testCase: Case,
  target: ServerTarget,
  options: PlayOptions,
  residentMemory: ResidentMemory,
): Promise<Round> {
  if (!leavesSomething(testCase)) return playRounds(testCase, target, options);
  const watch = new MemoryWatch(residentMemory);
  try {
    const round = await playRounds(testCase, target, options);
    return await judgeAftermath(testCase, round, watch.stop(), target, options);
  } finally {
    watch.stop();
  }
}

/** Cases in play together hold at most about this many octets of payload, one case alone excepted. */
const maxOctetsInPlay = 64 * 1024 * 1024;

/** Starts the next case as soon as there is room; a slow case holds up no other. */
async function* inParallel<T>(
  cases: readonly Case[],
  concurrency: number,
  play: (testCase: Case) => Promise<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  const done: { readonly index: number; readonly result: T }[] = [];
  let next = 0;
  let running = 0;
  let octets = 0;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const hasRoom = () =>
    running === 0 || (running < concurrency && octets + octetsOf(cases[next]!) <= maxOctetsInPlay);
  const start = async (index: number) => {
    try {
      done.push({ index, result: await play(cases[index]!) });
    } catch (error) {
      failure ??= { error };
    }
    wake();
  };
  for (;;) {
    while (next < cases.length && hasRoom() && !signal?.aborted) {
      running += 1;
      octets += octetsOf(cases[next]!);
      void start(next);
      next += 1;
    }
    if (running === 0) return;
    // No Promise.race: a case that takes long would hold on to all results that come before its own.
    if (done.length === 0 && !failure) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (failure) throw failure.error;
    const { index, result } = done.shift()!;
    running -= 1;
    octets -= octetsOf(cases[index]!);
    yield result;
  }
}

function octetsOf({ steps, repeat }: Case): number {
  const octets = itemsOf(steps).map((item) =>
    lengthOf(item.kind === 'bytes' ? item.bytes : item.payload),
  );
  return octets.reduce((sum, length) => sum + length, 0) * (repeat?.atOnce ?? 1);
}
