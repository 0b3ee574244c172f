/**
 * Which cases are run again, and how. Each verdict in doubt is seen twice before it counts, the second
 * time with nothing else running. If that would take longer than the run itself, cases with a cause
 * that recurred each time alone are run together, and with a shorter timeout: the first attempt had
 * the whole of it.
 */
import type { Case } from '../../format/case.ts';
import { delayOfLateClose, delayOfLateEnd } from '../../judge/late-ending.ts';
import { lateClose } from '../../judge/rules.ts';
import { type ClosingWait, longClosingWait } from '../../play/closing-wait.ts';
import { type CaseResult, mainTimeline, withAttempt } from '../../results/case-result.ts';
import { readConversation } from '../../wire/conversation.ts';
import { closingSignIn, doubtAbout } from '../doubt.ts';
import { isHeavy } from './effort.ts';
import { retryAfterIn } from './retry-after.ts';

interface Replay {
  /** With the later attempts that could not be judged. */
  first: CaseResult;
  readonly doubt: string;
  mode: 'alone' | 'together';
  /** How often it could not be judged when it was run again. */
  unjudged: number;
  /** When the target wants to be asked again, as `performance.now()` has it. */
  notBefore: number;
}

/** How a case is to be run again. */
export interface Turn {
  readonly testCase: Case;
  readonly closing: ClosingWait | undefined;
  /** When the target wants to be asked again, as `performance.now()` has it. */
  readonly notBefore: number;
}

/** The outcome of the cases with one doubt that were run alone. */
interface Cause {
  alone: number;
  /** Not all of them had the same result again: load may be what they have in common. */
  hasVanished: boolean;
  /** What arrived in the end during a long wait for the end of a conversation. */
  late?: Late;
}

interface Late {
  /** In ms. */
  readonly by: number;
  /** It arrived, as an answer: a target that is always this slow gets the time. */
  readonly isAnswer: boolean;
  /** The case, and its observation. */
  readonly words: string;
}

/** A target that is too busy now (RFC 6585 §4, RFC 9110 §15.6.4) may serve a moment later. */
const mostUnjudged = 4;

/** How often a cause has to recur alone, each time, to be attributed to the target. */
const provenAfter = 3;

/** How much later than in one case an answer may arrive in another. */
const laterStill = 1.5;

/** The minimum budget for running cases alone, in ms. */
const smallestAllowance = 15_000;

export class Replays {
  readonly #startedAt = performance.now();
  readonly #timeout: number;
  readonly #longestClosing: number;
  /** Seen once, the verdict in doubt. */
  readonly #open = new Map<Case, Replay>();
  /** Those that are still to be run again. */
  readonly #waiting = new Set<Case>();
  readonly #causes = new Map<string, Cause>();
  /** How long cases have been run alone, in ms, and the budget for it. */
  #spent = 0;
  #allowance: number | undefined;

  /** @param longestClosing how long a missing end is waited for, once per cause, in ms */
  constructor(timeout: number, longestClosing: number) {
    this.#timeout = timeout;
    this.#longestClosing = longestClosing;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The timeout of cases that are run together, in ms. */
  get shorterTimeout(): number {
    return shorterThan(this.#timeout);
  }

  /** @returns the result that counts; undefined if the case has to run again first */
  judge(result: CaseResult): CaseResult | undefined {
    const doubt = doubtAbout(result, 'server');
    const replay = this.#open.get(result.case);
    if (replay) return this.#judgeAgain(result, doubt, replay);
    if (doubt === undefined) return result;
    const notBefore = momentAfter(result);
    this.#open.set(result.case, { first: result, doubt, mode: 'alone', unjudged: 0, notBefore });
    this.#waiting.add(result.case);
    return undefined;
  }

  /** The next case to run alone; one of each cause first. */
  nextAlone(): Turn | undefined {
    this.#allowance ??= Math.max(smallestAllowance, (performance.now() - this.#startedAt) / 2);
    let next: Case | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const testCase of this.#waiting) {
      const cause = this.#causeOf(testCase);
      if (cause.alone >= least || !this.#hasToBeAlone(testCase, cause)) continue;
      next = testCase;
      least = cause.alone;
    }
    if (!next) return undefined;
    this.#waiting.delete(next);
    return this.#turnOf(next);
  }

  takeTogether(): Turn[] {
    const cases = [...this.#waiting];
    this.#waiting.clear();
    return cases.map((testCase) => {
      this.#open.get(testCase)!.mode = 'together';
      return this.#turnOf(testCase);
    });
  }

  #turnOf(testCase: Case): Turn {
    const { notBefore } = this.#open.get(testCase)!;
    return { testCase, closing: this.#closingWaitOf(testCase), notBefore };
  }

  /** The first attempts of cases that were not run again. */
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
    const cause = this.#causeOf(result.case);
    const late = latenessOf(result, doubt, replay.doubt);
    if (late) cause.late ??= late;
    const isSame = doubt === replay.doubt || late !== undefined;
    if (replay.mode === 'together') {
      if (doubt !== undefined && !isSame) {
        replay.mode = 'alone';
        this.#waiting.add(result.case);
        return undefined;
      }
    } else {
      cause.alone += 1;
      cause.hasVanished ||= !isSame;
      // The long wait of that one case does not reduce the budget of the others.
      this.#spent += Math.min(result.duration, 2 * this.#timeout);
      if (result.verdict === 'error' && doubt !== undefined && this.#mayAskAgain(replay)) {
        replay.unjudged += 1;
        replay.notBefore = momentAfter(result);
        replay.first = withAttempt(result, replay.first);
        this.#waiting.add(result.case);
        return undefined;
      }
    }
    this.#open.delete(result.case);
    // A result with the whole timeout is better evidence.
    const isShort = replay.mode === 'together' && isSame && !late;
    const judged = isShort ? withAttempt(replay.first, result) : withAttempt(result, replay.first);
    return isSame && !late && cause.late ? withWords(judged, cause.late.words) : judged;
  }

  #mayAskAgain({ unjudged }: Replay): boolean {
    return unjudged + 1 < mostUnjudged && this.#spent < this.#allowance!;
  }

  #causeOf(testCase: Case): Cause {
    const { doubt } = this.#open.get(testCase)!;
    const known = this.#causes.get(doubt);
    if (known) return known;
    const cause: Cause = { alone: 0, hasVanished: false };
    this.#causes.set(doubt, cause);
    return cause;
  }

  /** Long if it is unknown whether that end arrives at all, and if it is known to be late. */
  #closingWaitOf(testCase: Case): ClosingWait | undefined {
    const { alone, late } = this.#causeOf(testCase);
    if (late) return late.isAnswer ? longClosingWait(laterStill * late.by) : undefined;
    const isFirst = alone === 0 && closingSignIn(this.#open.get(testCase)!.doubt) !== undefined;
    return isFirst ? longClosingWait(this.#longestClosing) : undefined;
  }

  #hasToBeAlone(testCase: Case, { alone, hasVanished }: Cause): boolean {
    if (isHeavy(testCase) || testCase.aftermath) return true;
    return hasVanished || alone < provenAfter || this.#spent < this.#allowance!;
  }
}

/** The timeout for something that has been shown not to arrive, in ms. */
export const shorterThan = (timeout: number) =>
  Math.min(timeout, Math.max(1000, Math.round(timeout / 4)));

/** When the target wants to be asked again; 0 if it did not say so. */
function momentAfter({ conversations }: CaseResult): number {
  const timeline = mainTimeline(conversations);
  const delay = timeline && retryAfterIn(readConversation(timeline));
  return delay === undefined ? 0 : performance.now() + delay;
}

/** Whether something missing in the first attempt arrived late in this one. */
function latenessOf(
  { case: { id }, conversations, observed, rule }: CaseResult,
  doubt: string | undefined,
  firstDoubt: string,
): Late | undefined {
  const sign = closingSignIn(firstDoubt);
  const timeline = mainTimeline(conversations);
  if (!timeline || !sign || doubt === undefined || closingSignIn(doubt) !== sign) return undefined;
  const conversation = readConversation(timeline);
  const by = delayOfLateClose(conversation, 'server') ?? delayOfLateEnd(conversation, 'server');
  if (by === undefined) return undefined;
  return {
    by,
    isAnswer: rule === lateClose.name,
    words: `in ${id}, where the wait was longer: ${observed}`,
  };
}

const withWords = (result: CaseResult, words: string): CaseResult => ({
  ...result,
  observed: `${result.observed} (${words})`,
});
