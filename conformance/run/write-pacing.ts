/**
 * How long the harness itself may take over writes that it spreads out. A target may give up on a peer
 * that is too slow, so where it was the harness that was, a broken rule is nobody's.
 */
import type { Judgement } from '../judge/judge.ts';

/** In ms: well below the five seconds after which the strictest servers give a handshake up. */
export const defaultPaceBudget = 2000;

/** @param pacing how long the writes took, in ms */
export function unlessTooSlow<Judged extends Judgement>(
  judgement: Judged,
  pacing: number,
  budget = defaultPaceBudget,
): Judged {
  const { verdict, observed } = judgement;
  if ((verdict !== 'fail' && verdict !== 'warn') || pacing <= budget) return judgement;
  const seconds = `${(pacing / 1000).toFixed(1)} s`;
  const sentence = `Framewright needed ${seconds} to write what this case spreads over segments, so that a time-out of the target may have been right`;
  return { ...judgement, verdict: 'error', observed: `${sentence}: ${observed}` };
}
