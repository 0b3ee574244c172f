/** The cases that are being played, and those that have finished and wait to be looked at. */
import type { Case } from '../../format/case.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { octetsInPlay } from './effort.ts';

/** What one attempt gave; times are of `performance.now()`. */
export interface Finished {
  readonly result: CaseResult;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Cases in play together hold at most about this many octets of payload, one case alone excepted. */
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

  /** @param play never rejects: a case that throws is a result, too */
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

  /** The next that has finished; undefined where nothing is in play, or nothing finishes in time. */
  async next(ms?: number): Promise<Finished | undefined> {
    // No Promise.race: a case that takes long would hold on to all results that come before its own.
    if (this.#finished.length === 0 && this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (ms !== undefined) setTimeout(resolve, ms);
      });
    }
    return this.#finished.shift();
  }
}
