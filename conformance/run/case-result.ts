import type { Case } from '../case.ts';
import type { Judgement } from '../judge/judge.ts';
import type { Timeline } from '../wire/timeline.ts';

/** A case, its verdict, and the conversation that it stands on. */
export interface CaseResult extends Judgement {
  readonly case: Case;
  /** Milliseconds from connecting to the last observation. */
  readonly duration: number;
  /** Undefined where nothing was played: `skip`, and some kinds of `error`. */
  readonly timeline?: Timeline;
  /** Where the harness itself failed: the stack of its error. */
  readonly stack?: string;
}
