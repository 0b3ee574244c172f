/** Why a run ended early, which may repeat what a command has written. */
import type { RunEnd } from '../results/results.ts';
import type { Redactor } from './redactor.ts';

export function redactEnd(end: RunEnd, redactor: Redactor): RunEnd {
  return end.state === 'target lost' ? { ...end, reason: redactor.text(end.reason) } : end;
}
