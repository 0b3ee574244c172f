/** The running cases, and the finished ones that have not been processed yet. */
import type { Case } from '../../format/case.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { octetsInPlay } from './effort.ts';

/** The outcome of one attempt; times are of `performance.now()`. */
export interface Finished {
  readonly result: CaseResult;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Payload budget of all running cases in bytes; a larger case still runs, on its own. */
const maxOctets = 64 * 1024 * 1024;

export class Pool {
  readonly #finished: Finished[] = [];
  #running = 0;
  #octets = 0;
  #wake = () => {};

  get isEmpty(): boolean {
    return this.#running === 0 && this.#finished.length === 0;
  }

  hasRoomFor(testCase: Case, width: number): boolean {
    if (this.#running === 0) return true;
    return this.#running < width && this.#octets + octetsInPlay(testCase) <= maxOctets;
  }

  /** @param play never rejects: for a case that throws it returns a result */
  start(testCase: Case, play: () => Promise<CaseResult>): void {
    const startedAt = performance.now();
    this.#running += 1;
    this.#octets += octetsInPlay(testCase);
    void play().then((result) => {
      this.#running -= 1;
      this.#octets -= octetsInPlay(testCase);
      this.#finished.push({ result, startedAt, endedAt: performance.now() });
      this.#wake();
    });
  }

  /** The next finished case; undefined if none is running, or none finishes in time. */
  async next(ms?: number): Promise<Finished | undefined> {
    // Not Promise.race: a long case would retain all results that arrive before its own.
    if (this.#finished.length === 0 && this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (ms !== undefined) setTimeout(resolve, ms);
      });
    }
    return this.#finished.shift();
  }
}
