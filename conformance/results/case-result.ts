import type { Case } from '../format/case.ts';
import type { Judgement } from '../judge/judge.ts';
import type { Timeline } from '../wire/timeline.ts';

/** A case, its verdict, and the conversation that it stands on. */
export interface CaseResult extends Judgement {
  readonly case: Case;
  /** Milliseconds from connecting to the last observation. */
  readonly duration: number;
  /** Undefined where nothing was played: `skip`, and some kinds of `error`. */
  readonly timeline?: Timeline;
  /** Of an error that Framewright itself threw. */
  readonly stack?: string;
  /** Where the case was played more than once: the attempts that did not decide. */
  readonly otherAttempts?: readonly Attempt[];
  /** Not all attempts came to the same verdict. */
  readonly unstable?: true;
}

/** One playing of a case that did not decide. */
export type Attempt = Omit<CaseResult, 'case' | 'otherAttempts' | 'unstable'>;

/** Of an attempt that came to the same verdict only the words are kept. */
export function withAttempt(result: CaseResult, other: CaseResult): CaseResult {
  const { case: _case, otherAttempts = [], unstable: _unstable, timeline, ...attempt } = other;
  const isSame = other.verdict === result.verdict;
  const kept = isSame || !timeline ? attempt : { ...attempt, timeline };
  const all = [...otherAttempts, kept];
  const isStable = all.every(({ verdict }) => verdict === result.verdict);
  return { ...result, otherAttempts: all, ...(!isStable && { unstable: true }) };
}

/** @param attempts in the order in which they were played; the last one decides */
export function lastOf(attempts: readonly CaseResult[]): CaseResult {
  return attempts.reduce((before, result) => withAttempt(result, before));
}
