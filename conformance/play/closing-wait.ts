/**
 * How long the answer to a Close and the end of TCP are waited for, if that differs from the
 * timeout.
 */

export type ClosingSign = 'a Close frame' | 'the end of TCP';

export const closingSigns: readonly ClosingSign[] = ['a Close frame', 'the end of TCP'];

export interface ClosingWait {
  /** @param timeout of any other wait of the conversation, in ms */
  timeoutFor(sign: ClosingSign, timeout: number): number;
  /** Is called after each wait. */
  take(sign: ClosingSign, hasCome: boolean): void;
}

/** Waits once for what may come late: when an idle time-out of the target ends the connection. */
export const longClosingWait = (ms: number): ClosingWait => ({
  timeoutFor: (_sign, timeout) => Math.max(ms, timeout),
  take: () => {},
});

/** How many waits have to end in nothing, with none before them that did not. */
const enough = 10;

/**
 * A target that never gives one of the signs lets every conversation wait in full, and all of these
 * waits add up. So after several that ended in nothing the wait is a shorter one, until the sign is
 * seen for the first time.
 */
export class LearnedClosingWait implements ClosingWait {
  readonly #shorter: number;
  readonly #missed = new Map<ClosingSign, number>();
  readonly #seen = new Set<ClosingSign>();

  /**
   * @param shorter how long what never comes is waited for, in ms
   * @param missing signs that did not come when the target was probed
   */
  constructor(shorter: number, missing: readonly ClosingSign[] = []) {
    this.#shorter = shorter;
    for (const sign of missing) this.#missed.set(sign, enough);
  }

  timeoutFor(sign: ClosingSign, timeout: number): number {
    const neverComes = !this.#seen.has(sign) && (this.#missed.get(sign) ?? 0) >= enough;
    return neverComes ? Math.min(this.#shorter, timeout) : timeout;
  }

  take(sign: ClosingSign, hasCome: boolean): void {
    if (hasCome) this.#seen.add(sign);
    else this.#missed.set(sign, (this.#missed.get(sign) ?? 0) + 1);
  }
}
