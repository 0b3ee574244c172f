// The time as the limits of connections count it: it goes on in steps. One timer for all
// connections, while there are any: one each would cost more than the messages.
import type { Limits } from './options.ts';

export class Clock {
  /** Milliseconds, as of the last step: exact enough for limits, and free to read. */
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
      // Time in which this process did not run is not held against the peers.
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
