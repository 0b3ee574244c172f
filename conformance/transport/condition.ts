/**
 * A condition variable: waits until something holds that other code changes. `notify()` has every
 * pending wait look again.
 */
import { startLagTolerantTimer } from './lag-tolerant-timer.ts';

/** How a wait ended. */
export type Outcome = 'met' | 'closed' | 'aborted' | 'timeout';

/** How long to wait for an observation. */
export interface WaitOptions {
  /** In ms. Default: no limit. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

interface Wait {
  readonly look: () => void;
  readonly limit: (ms: number) => void;
}

export class Condition {
  readonly #waits = new Set<Wait>();
  #longest = Number.POSITIVE_INFINITY;
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Resolves once `predicate` holds, which is asked now and at each `notify()`, or once there is a
   * reason to wait no longer. Rejects with what `predicate` throws.
   */
  async until(predicate: () => boolean, options: WaitOptions = {}): Promise<Outcome> {
    const { timeout = Number.POSITIVE_INFINITY, signal } = options;
    if (predicate()) return 'met';
    if (this.#isClosed) return 'closed';
    if (signal?.aborted) return 'aborted';
    return new Promise((resolve, reject) => {
      let stopTimer = startTimer(Math.min(timeout, this.#longest), () => settle('timeout'));
      const leave = () => {
        stopTimer();
        signal?.removeEventListener('abort', onAbort);
        this.#waits.delete(wait);
      };
      const settle = (outcome: Outcome) => {
        leave();
        resolve(outcome);
      };
      const onAbort = () => settle('aborted');
      const wait: Wait = {
        look: () => {
          try {
            if (predicate()) settle('met');
            else if (this.#isClosed) settle('closed');
          } catch (error) {
            leave();
            reject(error);
          }
        },
        limit: (ms) => {
          if (ms >= timeout) return;
          stopTimer();
          stopTimer = startTimer(ms, () => settle('timeout'));
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waits.add(wait);
    });
  }

  /** Every pending wait looks again. */
  notify(): void {
    for (const wait of [...this.#waits]) wait.look();
  }

  /** Nothing will change any more: ends all waits, also later ones. */
  close(): void {
    this.#isClosed = true;
    this.notify();
  }

  /** From now on no wait lasts longer than this, pending ones included. */
  limitWaits(ms: number): void {
    if (ms >= this.#longest) return;
    this.#longest = ms;
    for (const wait of [...this.#waits]) wait.limit(ms);
  }
}

function startTimer(ms: number, callback: () => void): () => void {
  return Number.isFinite(ms) ? startLagTolerantTimer(ms, callback) : () => {};
}
