/** Whether the target is still there, and how it can be brought back. */
import { setTimeout as pause } from 'node:timers/promises';
import { ConnectError, type ServerTarget } from '../../transport/connect.ts';
import { answersHandshakes } from './probe/answers-handshakes.ts';

/** A server that the run may restart. */
export interface TargetProcess {
  /** How it ended, if it has: `exited with code 1`. */
  readonly ended: string | undefined;
  /** Resolves when it has ended, or after this many ms. */
  endsWithin(ms: number): Promise<void>;
  /** The last part of its output, as the end of a sentence. */
  lastWords(): string;
  /** @throws when it does not start again */
  restart(): Promise<void>;
}

export interface WatchOptions {
  /** How long one observation may take, in ms. */
  readonly timeout: number;
  readonly process?: TargetProcess | undefined;
  /** How many unanswered checks mean that the target is lost. */
  readonly quietLooks: number;
  /** How long a target that the run did not start may take to come back, in ms. */
  readonly returnTimeout: number;
  readonly maxRestarts: number;
  readonly onNotice: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** The target no longer serves. */
export interface Loss {
  /** The observation for the case that caused it: `the server process exited with code 1`. */
  readonly observed: string;
  /** In full, for the end of a run. */
  readonly reason: string;
  /** True if nothing is listening any more; false if nothing answers. */
  readonly hasEnded: boolean;
}

type Look = 'serving' | 'quiet' | ConnectError;

/** Pauses between checks double from here, in ms. */
const firstPause = 250;
const longestPause = 8000;

/** How many unanswered looks are enough if the target was silent before. */
const looksToConfirm = 2;
const looksOnceHung = 3;

/** How long a target may still answer after what ended it, in ms. */
export const deathMayTake = 250;

/** A process ends a moment after its sockets do, in ms: dumping core takes longest. */
const dyingTakes = 2000;

/** Node's codes for an address without a listener. */
const nobodyListens: readonly string[] = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT'];

export class TargetWatch {
  readonly #target: ServerTarget;
  readonly #options: WatchOptions;
  #restarts = 0;
  /** One case alone has made it fall silent right after a start: that it hangs is no guess any more. */
  #hasHung = false;

  constructor(target: ServerTarget, options: WatchOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** Whether the target is known to have ended, without a check. */
  get hasEnded(): boolean {
    return this.#options.process?.ended !== undefined;
  }

  /** One check: a new handshake, and any answer to it. */
  async serves(): Promise<boolean> {
    return (await this.#look()) === 'serving';
  }

  /** Checks until it is certain; must be called while nothing else is running. */
  findLoss(): Promise<Loss | undefined> {
    const { quietLooks } = this.#options;
    return this.#lookUpTo(this.#hasHung ? Math.min(quietLooks, looksOnceHung) : quietLooks);
  }

  /**
   * Has to be asked after a case that was played alone, with a target that has fallen silent before:
   * the same again is proof, where a first silence may be the burden of all cases together.
   */
  async confirmLoss(): Promise<Loss | undefined> {
    const loss = await this.#lookUpTo(Math.min(this.#options.quietLooks, looksToConfirm));
    this.#hasHung ||= loss !== undefined && !loss.hasEnded;
    return loss;
  }

  async #lookUpTo(quietLooks: number): Promise<Loss | undefined> {
    const { signal } = this.#options;
    const startedAt = performance.now();
    let wait = firstPause;
    for (let quiet = 0; !signal.aborted; wait = Math.min(2 * wait, longestPause)) {
      const look = await this.#look();
      if (look === 'serving' || signal.aborted) return undefined;
      if (look !== 'quiet') return this.#unreachable(look);
      quiet += 1;
      if (quiet >= quietLooks) return this.#silent(quiet, performance.now() - startedAt);
      await this.#pause(wait);
    }
    return undefined;
  }

  /** Gives a target that ends late the time to do so. */
  async lingers(ms: number): Promise<void> {
    const { process } = this.#options;
    await (process ? process.endsWithin(ms) : this.#pause(ms));
  }

  /** @returns why the target does not come back; undefined if it does */
  async bringBack(loss: Loss): Promise<string | undefined> {
    const { process } = this.#options;
    return process ? this.#restart(process, loss) : this.#awaitReturn(loss);
  }

  async #restart(process: TargetProcess, loss: Loss): Promise<string | undefined> {
    const { maxRestarts, onNotice } = this.#options;
    if (this.#restarts >= maxRestarts) {
      return `${loss.reason}\nIt has been restarted ${maxRestarts} times, which is the limit.`;
    }
    this.#restarts += 1;
    onNotice(`${loss.reason}\nrestarting it (${this.#restarts} of at most ${maxRestarts})`);
    try {
      await process.restart();
      return undefined;
    } catch (error) {
      return `${loss.reason}\nIt could not be restarted: ${(error as Error).message}`;
    }
  }

  async #awaitReturn(loss: Loss): Promise<string | undefined> {
    const { returnTimeout, onNotice, signal } = this.#options;
    const deadline = performance.now() + returnTimeout;
    const seconds = Math.ceil(returnTimeout / 1000);
    onNotice(`${loss.reason}; waiting up to ${seconds} s for it to come back`);
    for (let wait = firstPause; !signal.aborted; wait = Math.min(2 * wait, longestPause)) {
      if (await this.serves()) return undefined;
      const left = deadline - performance.now();
      if (left <= 0) break;
      await this.#pause(Math.min(wait, left));
    }
    return `${loss.reason}; it did not come back in ${seconds} s`;
  }

  async #look(): Promise<Look> {
    const { timeout, signal } = this.#options;
    try {
      return (await answersHandshakes(this.#target, timeout, signal)) ? 'serving' : 'quiet';
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      return nobodyListens.includes(error.code) ? error : 'quiet';
    }
  }

  async #unreachable(error: ConnectError): Promise<Loss> {
    const { process } = this.#options;
    await process?.endsWithin(dyingTakes);
    if (process?.ended === undefined) {
      return { observed: error.message, reason: error.message, hasEnded: true };
    }
    return {
      observed: `the server process ${process.ended}`,
      reason: `the command ${process.ended}. ${process.lastWords()}`,
      hasEnded: true,
    };
  }

  #silent(looks: number, ms: number): Loss {
    const { host } = this.#target.url;
    const seconds = Math.round(ms / 1000);
    return {
      observed: `no handshake was answered in ${looks} attempts`,
      reason: `${host} accepts connections but no longer answers handshakes: ${looks} attempts in ${seconds} s`,
      hasEnded: false,
    };
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#options;
    await pause(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
