// How long a peer may take for what it owes: a sign of life, reading what it is sent, its Close
// frame, the end of the TCP connection.
import type { State } from '../protocol/states.ts';
import type { Limits } from './options.ts';

export class Patience {
  #since: number;
  #pinged = false;
  #lastBuffered = 0;

  constructor(now: number) {
    this.#since = now;
  }

  /** The peer did something, or something new is expected of it. */
  renew(now: number): void {
    this.#since = now;
    this.#pinged = false;
  }

  /**
   * What is due.
   *
   * @param reading whether the peer is read at the moment: else it cannot show that it lives
   * @param buffered bytes that wait for the peer to read, where it is that which holds it up; else 0
   */
  due(
    limits: Limits,
    now: number,
    state: State,
    reading: boolean,
    buffered: number,
  ): 'ping' | 'idle-timeout' | 'slow-reader' | 'close-timeout' | undefined {
    const waited = now - this.#since;
    if (state !== 'open') return waited >= limits.closeTimeout ? 'close-timeout' : undefined;
    if (buffered > 0) {
      // Whatever it has taken is progress, be it slow.
      const progress = buffered < this.#lastBuffered;
      this.#lastBuffered = buffered;
      if (progress) this.#since = now;
      else if (waited >= limits.stallTimeout) return 'slow-reader';
      return undefined;
    }
    if (!reading || limits.idleTimeout === 0 || waited < limits.idleTimeout / 2) return undefined;
    if (this.#pinged) return 'idle-timeout';
    this.#pinged = true;
    this.#since = now;
    return 'ping';
  }
}
