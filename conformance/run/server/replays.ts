/**
 * What has to be played again, and how. Each verdict in doubt is seen twice before it counts, the
 * second time with nothing else in play. Where that would take longer than the run itself, cases of
 * a cause that came up again each time alone are played together, and waited for a shorter time:
 * the first attempt has had the whole of it.
 */
import type { Case } from '../../format/case.ts';
import { type CaseResult, withAttempt } from '../../results/case-result.ts';
import { doubtAbout } from '../doubt.ts';
import { isHeavy } from './effort.ts';

interface Replay {
  /** With the attempts after it that could not be judged. */
  first: CaseResult;
  readonly doubt: string;
  mode: 'alone' | 'together';
  /** How often it could not be judged when it was played again. */
  unjudged: number;
}

/** What became of the cases with one doubt that were played alone. */
interface Cause {
  alone: number;
  /** Not all of them came to the same again: load may be what they have in common. */
  hasVanished: boolean;
}

/** A target that is too busy to serve now (RFC 6585 §4, RFC 9110 §15.6.4) may serve a moment later. */
const mostUnjudged = 4;

/** How often a cause has to come up again alone, each time, to be the target's own. */
const provenAfter = 3;

/** How long playing alone may take in any case, in ms. */
const smallestAllowance = 15_000;

export class Replays {
  readonly #startedAt = performance.now();
  readonly #timeout: number;
  /** Seen once, the verdict in doubt. */
  readonly #open = new Map<Case, Replay>();
  /** Those of them that are still to be played again. */
  readonly #waiting = new Set<Case>();
  readonly #causes = new Map<string, Cause>();
  /** For how long cases have been played alone, in ms, and for how long they may be. */
  #spent = 0;
  #allowance: number | undefined;

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** How long cases that are played together are waited for, in ms. */
  get shorterTimeout(): number {
    return Math.min(this.#timeout, Math.max(1000, Math.round(this.#timeout / 4)));
  }

  /** @returns the result that counts; undefined where the case has to be played again first */
  judge(result: CaseResult): CaseResult | undefined {
    const doubt = doubtAbout(result, 'server');
    const replay = this.#open.get(result.case);
    if (replay) return this.#judgeAgain(result, doubt, replay);
    if (doubt === undefined) return result;
    this.#open.set(result.case, { first: result, doubt, mode: 'alone', unjudged: 0 });
    this.#waiting.add(result.case);
    return undefined;
  }

  /** The next to be played alone; one of each cause first. */
  nextAlone(): Case | undefined {
    this.#allowance ??= Math.max(smallestAllowance, (performance.now() - this.#startedAt) / 2);
    let next: Case | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const testCase of this.#waiting) {
      const cause = this.#causeOf(testCase);
      if (cause.alone >= least || !this.#hasToBeAlone(testCase, cause)) continue;
      next = testCase;
      least = cause.alone;
    }
    if (next) this.#waiting.delete(next);
    return next;
  }

  takeTogether(): Case[] {
    const cases = [...this.#waiting];
    this.#waiting.clear();
    for (const testCase of cases) this.#open.get(testCase)!.mode = 'together';
    return cases;
  }

  /** The first attempts of those that nobody came to play again. */
  takeUnplayed(): CaseResult[] {
    const results = [...this.#open.values()].map(({ first }) => first);
    this.#open.clear();
    this.#waiting.clear();
    return results;
  }

  #judgeAgain(
    result: CaseResult,
    doubt: string | undefined,
    replay: Replay,
  ): CaseResult | undefined {
    const isSame = doubt === replay.doubt;
    if (replay.mode === 'together') {
      if (doubt !== undefined && !isSame) {
        replay.mode = 'alone';
        this.#waiting.add(result.case);
        return undefined;
      }
    } else {
      const cause = this.#causeOf(result.case);
      cause.alone += 1;
      cause.hasVanished ||= !isSame;
      this.#spent += result.duration;
      if (result.verdict === 'error' && doubt !== undefined && this.#mayAskAgain(replay)) {
        replay.unjudged += 1;
        replay.first = withAttempt(result, replay.first);
        this.#waiting.add(result.case);
        return undefined;
      }
    }
    this.#open.delete(result.case);
    // What was waited for the whole time is the better proof.
    const isShort = replay.mode === 'together' && isSame;
    return isShort ? withAttempt(replay.first, result) : withAttempt(result, replay.first);
  }

  #mayAskAgain({ unjudged }: Replay): boolean {
    return unjudged + 1 < mostUnjudged && this.#spent < this.#allowance!;
  }

  #causeOf(testCase: Case): Cause {
    const { doubt } = this.#open.get(testCase)!;
    const known = this.#causes.get(doubt);
    if (known) return known;
    const cause = { alone: 0, hasVanished: false };
    this.#causes.set(doubt, cause);
    return cause;
  }

  #hasToBeAlone(testCase: Case, { alone, hasVanished }: Cause): boolean {
    if (isHeavy(testCase) || testCase.aftermath) return true;
    return hasVanished || alone < provenAfter || this.#spent < this.#allowance!;
  }
}
