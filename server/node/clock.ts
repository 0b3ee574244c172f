/**
 * The time by which connection limits are measured. It advances in steps, driven by one timer for
 * all connections, and only while there are any: a timer each would cost more than the messages.
 */
import type { Limits } from './options.ts';

export class Clock {
  /** Milliseconds, as of the last step: accurate enough for limits, and free to read. */
  now = 0;
  readonly #interval: number;
  readonly #step: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param step called after each step */
  constructor(limits: Limits, step: () => void) {
    const { handshakeTimeout, closeTimeout, idleTimeout, stallTimeout } = limits;
    const shortest = Math.min(handshakeTimeout, closeTimeout, stallTimeout, idleTimeout || 1e9);
    this.#interval = Math.min(Math.max(Math.floor(shortest / 8), 5), 1000);
    this.#step = step;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    let last = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      // Time during which this process did not run does not count against the peers.
      this.now += Math.min(now - last, this.#interval * 2);
      last = now;
      this.#step();
    }, this.#interval);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
