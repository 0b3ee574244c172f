/** Running cases against a server: a whole run, and a single case. */
import { setMaxListeners } from 'node:events';
import type { ApplicationMessage } from '../../format/application-message.ts';
import type { Case } from '../../format/case.ts';
import { freshSeed, type Seed } from '../../format/seed.ts';
import type { ClosingSign } from '../../play/closing-wait.ts';
import { requireTimeout } from '../../play/timeout-range.ts';
import { type CaseResult, withAttempt } from '../../results/case-result.ts';
import { requireTarget, type ServerTarget } from '../../transport/connect.ts';
import { doubtAbout } from '../doubt.ts';
import type { ResidentMemory } from './aftermath.ts';
import { measureOpeningTime, opensSeveralAtOnce } from './opening-time.ts';
import { type AttemptOptions, defaultGrace, playCase } from './play-case.ts';
import type { Capabilities } from './probe/capabilities.ts';
import { probeServer } from './probe/probe-server.ts';
import { ServerRun, type ServerRunEnd, type Waits } from './server-run.ts';
import { dependsOnSpeed, measureSpeed } from './speed.ts';
import { type TargetProcess, TargetWatch } from './target-watch.ts';

/** How a case runs against a server. */
export interface CaseOptions {
  /** How long one observation may take, in ms. Default 5000. */
  readonly timeout?: number;
  /** How long a target that must fail the connection is left alone, in ms. Default 250. */
  readonly grace?: number;
  /** Default: the target is probed first. */
  readonly capabilities?: Capabilities;
  /** Messages that the application wants after its greeting, before anything else. */
  readonly inits?: readonly ApplicationMessage[];
  /**
   * A message that the application answers with some message. It shows that the target is alive, and
   * cases send it instead of a text that the application does not know.
   */
  readonly message?: ApplicationMessage;
  /** Determines keys and masks. Default: a fresh one. */
  readonly seed?: Seed;
  /** Resident bytes of the target's processes, if the harness started it. */
  readonly residentMemory?: ResidentMemory;
  /** Drops the connections of running cases, and ends the run or the case. */
  readonly signal?: AbortSignal;
}

/** How a run goes, and what to do when the server stops answering. */
export interface RunOptions extends CaseOptions {
  /** The maximum number of concurrent cases; fewer if the target is slow. Default 16. */
  readonly concurrency?: number;
  /** The target's process, if it may be restarted. */
  readonly process?: TargetProcess;
  /** The maximum number of restarts. Default 100. */
  readonly maxRestarts?: number;
  /** How long a target that cannot be restarted may take to come back, in ms. Default 30 000. */
  readonly returnTimeout?: number;
  /** How many successive handshakes without any answer mean that it is lost. Default 5. */
  readonly quietLooks?: number;
  /**
   * How long to wait, once per cause, for a target that did not answer a Close or did not close TCP
   * after it. Default 35 000: many servers end a connection that has been idle for 30 s.
   */
  readonly longestIdle?: number;
  /** Receives messages for a waiting user. */
  readonly onNotice?: (sentence: string) => void;
  /**
   * Receives what is known of a case before its result counts: it counts once the target was seen to
   * survive it, and, if it is in doubt, once it was run again.
   */
  readonly onProvisional?: (result: CaseResult) => void;
}

const defaults = {
  timeout: 5000,
  grace: defaultGrace,
  concurrency: 16,
  maxRestarts: 100,
  returnTimeout: 30_000,
  quietLooks: 5,
  longestIdle: 35_000,
};

/**
 * Cases that are for clients only are left out. A consumer that stops early leaves nothing running.
 * @returns results in the order in which they finish, and finally the outcome of the run
 * @throws {ConnectError} when the target cannot be reached before the first case
 * @throws {RangeError} when an option is out of range
 */
export async function* runServerCases(
  cases: readonly Case[],
  target: ServerTarget,
  options: RunOptions = {},
): AsyncGenerator<CaseResult, ServerRunEnd, void> {
  requireOptions(options);
  const {
    concurrency = defaults.concurrency,
    quietLooks = defaults.quietLooks,
    returnTimeout = defaults.returnTimeout,
    maxRestarts = defaults.maxRestarts,
    longestIdle = defaults.longestIdle,
    process,
    onNotice = () => {},
    onProvisional = () => {},
  } = options;
  const stop = new AbortController();
  const { signal } = stop;
  // Each running connection listens to it.
  setMaxListeners(0, signal);
  const abort = () => stop.abort();
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  const attempt = await attemptOptions(cases, target, { ...options, signal });
  const { timeout } = attempt;
  const watch = new TargetWatch(target, {
    ...{ timeout, process, quietLooks, returnTimeout, maxRestarts, onNotice, signal },
  });
  const play = (testCase: Case, { timeout: shorter = timeout, closing }: Waits = {}) =>
    playCase(testCase, target, { ...attempt, timeout: shorter, closing });
  const longestClosing = Math.max(longestIdle, timeout);
  const { rateLimit } = attempt.capabilities.behaviour ?? {};
  if (rateLimit !== undefined && concurrency > 1) {
    onNotice(`the target limits how often it is asked (${rateLimit}): running one case at a time`);
  }
  const run = new ServerRun(play, watch, {
    concurrency: rateLimit === undefined ? concurrency : 1,
    ...{ timeout, longestClosing, signal, onNotice, onProvisional },
    missingSigns: signsMissingIn(attempt.capabilities),
  });
  try {
    return yield* run.results(cases.filter(({ against }) => against.includes('server')));
  } finally {
    abort();
    options.signal?.removeEventListener('abort', abort);
    await run.ended();
  }
}

/**
 * One case, for a test runner that has its own order and its own concurrency; one that is for
 * clients only is skipped. A verdict that a busy target could have caused is seen twice.
 * @throws the reason of `options.signal`, once that is aborted
 * @throws {ConnectError} where the target has to be probed and cannot be reached
 * @throws {RangeError} where an option is no number that can be waited for
 */
export async function runServerCase(
  testCase: Case,
  target: ServerTarget,
  options: CaseOptions = {},
): Promise<CaseResult> {
  requireOptions(options);
  requireTarget(target);
  const { signal } = options;
  signal?.throwIfAborted();
  const attempt = await attemptOptions([testCase], target, options);
  const result = await playCase(testCase, target, attempt);
  signal?.throwIfAborted();
  if (doubtAbout(result, 'server') === undefined) return result;
  const second = await playCase(testCase, target, attempt);
  signal?.throwIfAborted();
  return withAttempt(second, result);
}

async function attemptOptions(
  cases: readonly Case[],
  target: ServerTarget,
  options: CaseOptions,
): Promise<AttemptOptions> {
  const { timeout = defaults.timeout, grace = defaults.grace, seed = freshSeed() } = options;
  const { residentMemory, signal, inits, message } = options;
  const speech = { ...(inits && { inits }), message };
  const capabilities = options.capabilities ?? (await probeServer(target, timeout, 0, speech));
  const settings = { timeout, seed, signal };
  const echoes = capabilities.echo && cases.some(dependsOnSpeed);
  const speed = echoes ? await measureSpeed(target, settings) : undefined;
  const openingTime = cases.some(opensSeveralAtOnce)
    ? await measureOpeningTime(target, settings)
    : undefined;
  return {
    ...{ capabilities, inits, message, timeout, grace, seed, residentMemory, signal },
    ...{ speed, openingTime, longestWork: timeoutsOfWork * timeout },
  };
}

function signsMissingIn({ behaviour }: Capabilities): readonly ClosingSign[] {
  if (behaviour?.reactions.close.kind === 'silence') return ['a Close frame'];
  return behaviour?.leavesTcpOpen ? ['the end of TCP'] : [];
}

/** For how many time-outs a case may keep a slow target busy. */
const timeoutsOfWork = 6;

/** An invalid timeout would expire immediately and make the target look unresponsive. */
function requireOptions(options: RunOptions): void {
  for (const name of ['timeout', 'grace', 'returnTimeout', 'longestIdle'] as const) {
    const value = options[name];
    if (value !== undefined) requireTimeout(name, value);
  }
  for (const name of ['concurrency', 'quietLooks'] as const) {
    const value = options[name];
    if (value === undefined || (Number.isInteger(value) && value > 0)) continue;
    throw new RangeError(`${name} must be a whole number above 0, not ${value}`);
  }
}
