import type { Case } from '../format/case.ts';
import type { Proof } from '../format/target-profile.ts';
import type { Judgement } from '../judge/judge.ts';
import type { AftermathFacts, CaseConversation } from '../judge/judge-conversations.ts';
import type { Timeline } from '../wire/timeline.ts';

/** A case, its verdict, and the conversations that it is based on. */
export interface CaseResult extends Judgement {
  readonly case: Case;
  /** Milliseconds from connecting to the last observation. */
  readonly duration: number;
  /** In the order in which they were held; empty if nothing was played. */
  readonly conversations: readonly CaseConversation[];
  /** Of a limit case: what was found after its conversation. */
  readonly aftermath?: AftermathFacts;
  /** What showed that the target was alive before it was provoked; absent if the case itself shows it. */
  readonly proof?: Proof;
  /** Its messages were said in the words of the target's application. */
  readonly isAdapted?: true;
  /** Of an error that Framewright itself threw. */
  readonly stack?: string;
  /** If the case was played more than once: the attempts that did not decide. */
  readonly otherAttempts?: readonly Attempt[];
  /** Not all attempts had the same verdict. */
  readonly unstable?: true;
}

/** An attempt at a case that did not decide. */
export type Attempt = Omit<CaseResult, 'case' | 'otherAttempts' | 'unstable'>;

/** The timeline of the conversation that the verdict is about; undefined if nothing was played. */
export function mainTimeline(conversations: readonly CaseConversation[]): Timeline | undefined {
  return conversations.find(({ name }) => name === 'main')?.timeline;
}

/** Adds an earlier attempt to the result that counts. */
export function withAttempt(result: CaseResult, other: CaseResult): CaseResult {
  const { case: _case, otherAttempts = [], unstable: _unstable, ...attempt } = other;
  const all = [...otherAttempts, attempt];
  const isStable = all.every(({ verdict }) => verdict === result.verdict);
  return { ...result, otherAttempts: all, ...(!isStable && { unstable: true }) };
}

/** @param attempts in order; the last one decides */
export function lastOf(attempts: readonly CaseResult[]): CaseResult {
  return attempts.reduce((before, result) => withAttempt(result, before));
}
