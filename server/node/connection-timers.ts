/**
 * The limits on how long a peer may stay silent, leave its data unread, or take to send its Close
 * frame and to end the TCP connection.
 */
import type { State } from '../protocol/states.ts';
import type { Limits } from './options.ts';

export class ConnectionTimers {
  #since: number;
  #pinged = false;
  #lastBuffered = 0;

  constructor(now: number) {
    this.#since = now;
  }

  /** The peer did something, or a different wait starts. */
  renew(now: number): void {
    this.#since = now;
    this.#pinged = false;
  }

  /**
   * Which limit has been reached, if any.
   *
   * @param reading whether the peer is being read: otherwise it cannot show activity
   * @param buffered bytes that wait for the peer to read them; 0 when something else delays them
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
      // Any progress counts, however slow.
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
