/**
 * What has to be played again, and how. Each verdict in doubt is seen twice before it counts, the
 * second time with nothing else in play. Where that would take longer than the run itself, cases of
 * a cause that came up again each time alone are played together, and waited for a shorter time:
 * the first attempt has had the whole of it.
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
  /** With the attempts after it that could not be judged. */
  first: CaseResult;
  readonly doubt: string;
  mode: 'alone' | 'together';
  /** How often it could not be judged when it was played again. */
  unjudged: number;
  /** When the target wants to be asked again, as `performance.now()` has it. */
  notBefore: number;
}

/** How a case is to be played again. */
export interface Turn {
  readonly testCase: Case;
  readonly closing: ClosingWait | undefined;
  /** When the target wants to be asked again, as `performance.now()` has it. */
  readonly notBefore: number;
}

/** What became of the cases with one doubt that were played alone. */
interface Cause {
  alone: number;
  /** Not all of them came to the same again: load may be what they have in common. */
  hasVanished: boolean;
  /** What came in the end where the end of a conversation was waited for long. */
  late?: Late;
}

interface Late {
  /** In ms. */
  readonly by: number;
  /** It came, and answers: a target that is this slow each time is given the time. */
  readonly isAnswer: boolean;
  /** In which case, and what was seen. */
  readonly words: string;
}

/** A target that is too busy to serve now (RFC 6585 §4, RFC 9110 §15.6.4) may serve a moment later. */
const mostUnjudged = 4;

/** How often a cause has to come up again alone, each time, to be the target's own. */
const provenAfter = 3;

/** How much later what came late in one case may come in another. */
const laterStill = 1.5;

/** How long playing alone may take in any case, in ms. */
const smallestAllowance = 15_000;

export class Replays {
  readonly #startedAt = performance.now();
  readonly #timeout: number;
  readonly #longestClosing: number;
  /** Seen once, the verdict in doubt. */
  readonly #open = new Map<Case, Replay>();
  /** Those of them that are still to be played again. */
  readonly #waiting = new Set<Case>();
  readonly #causes = new Map<string, Cause>();
  /** For how long cases have been played alone, in ms, and for how long they may be. */
  #spent = 0;
  #allowance: number | undefined;

  /** @param longestClosing how long an end that did not come is waited for, once per cause, in ms */
  constructor(timeout: number, longestClosing: number) {
    this.#timeout = timeout;
    this.#longestClosing = longestClosing;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** How long cases that are played together are waited for, in ms. */
  get shorterTimeout(): number {
    return shorterThan(this.#timeout);
  }

  /** @returns the result that counts; undefined where the case has to be played again first */
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

  /** The next to be played alone; one of each cause first. */
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
      // That one case is waited for long takes no time from the others.
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
    // What was waited for the whole time is the better proof.
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

  /** Long where nobody knows yet whether that end comes at all, and where it is known to come late. */
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

/** How long what has proved not to come is waited for, in ms. */
export const shorterThan = (timeout: number) =>
  Math.min(timeout, Math.max(1000, Math.round(timeout / 4)));

/** When the target wants to be asked again; 0 if it did not say so. */
function momentAfter({ conversations }: CaseResult): number {
  const timeline = mainTimeline(conversations);
  const delay = timeline && retryAfterIn(readConversation(timeline));
  return delay === undefined ? 0 : performance.now() + delay;
}

/** Whether what did not come in the first attempt came late in this one. */
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
