/**
 * How many cases run concurrently: few at first, more while the target's round trips stay short, fewer
 * when they do not (additive increase, multiplicative decrease).
 */

const initial = 2;

/** Round trips as shares of the timeout: below the first all is well, above the second it is not. */
const shares = { short: 1 / 25, long: 1 / 10 };

export class Pace {
  readonly #ceiling: number;
  readonly #short: number;
  readonly #long: number;
  /** The fraction counts towards the next whole slot. */
  #width: number;
  #hasShrunk = false;

  /** @param timeout how long one observation may take, in ms */
  constructor(ceiling: number, timeout: number) {
    this.#ceiling = ceiling;
    this.#short = timeout * shares.short;
    this.#long = timeout * shares.long;
    this.#width = Math.min(initial, ceiling);
  }

  get width(): number {
    return Math.floor(this.#width);
  }

  /** @param roundTrip in ms; undefined if a case had none */
  take(roundTrip: number | undefined): void {
    if (roundTrip === undefined) return;
    if (roundTrip > this.#long) this.slowDown();
    else if (roundTrip <= this.#short) this.#speedUp();
  }

  slowDown(): void {
    this.#hasShrunk = true;
    this.#width = Math.max(1, this.#width / 2);
  }

  #speedUp(): void {
    const step = this.#hasShrunk ? 1 / this.#width : 1;
    this.#width = Math.min(this.#ceiling, this.#width + step);
  }
}
