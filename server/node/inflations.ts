/**
 * Limits how many large messages are inflated at once; the others wait in the order of arrival. Each
 * may take memory up to `maxMessageBytes`.
 */

/** Starts the work, and calls back when it is done. */
type Inflation = (done: () => void) => void;

export class Inflations {
  readonly #most: number;
  #running = 0;
  /** In order of arrival: a Set keeps it. */
  readonly #waiting = new Set<Inflation>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Starts it as soon as it is its turn, which may be at once.
   *
   * @returns a function that removes it from the queue; once it has started, it does nothing
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
