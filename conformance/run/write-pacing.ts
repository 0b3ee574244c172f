/**
 * How long the harness itself may take over writes that it spreads out. A target may give up on a slow
 * peer, so if the harness was too slow, a broken rule is not the target's fault.
 */
import type { Judgement } from '../judge/judge.ts';

/** In ms: well below the five seconds after which the strictest servers abort a handshake. */
export const defaultPaceBudget = 2000;

/** @param pacing how long the writes took, in ms */
export function unlessTooSlow<Judged extends Judgement>(
  judgement: Judged,
  pacing: number,
  budget = defaultPaceBudget,
): Judged {
  const { verdict, observed, cause } = judgement;
  if ((verdict !== 'fail' && verdict !== 'warn') || pacing <= budget) return judgement;
  // A frame that is wrong in itself was not caused by waiting.
  if (cause?.where === 'frames') return judgement;
  const seconds = `${(pacing / 1000).toFixed(1)} s`;
  const sentence = `Framewright needed ${seconds} to write the segments of this case, so a timeout of the target may have been justified`;
  return { ...judgement, verdict: 'error', observed: `${sentence}: ${observed}` };
}
