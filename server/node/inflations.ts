// Which large messages are inflated now: a few at a time, in the order in which they came. Each may
// take memory up to `maxMessageBytes`, so that many at once would take a multiple of it.

/** Works, and calls back when it is done. */
type Inflation = (done: () => void) => void;

export class Inflations {
  readonly #most: number;
  #running = 0;
  /** In order; sets keep it. */
  readonly #waiting = new Set<Inflation>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Starts it as soon as it is its turn, perhaps at once.
   *
   * @returns what takes it out of the queue; once it has started, nothing
   */
  add(inflation: Inflation): () => void {
    this.#waiting.add(inflation);
    this.#startNext();
    return () => this.#waiting.delete(inflation);
  }

  #startNext(): void {
    for (const inflation of this.#waiting) {
      if (this.#running >= this.#most) return;
      this.#waiting.delete(inflation);
      this.#running += 1;
      inflation(() => {
        this.#running -= 1;
        this.#startNext();
      });
    }
  }
}
