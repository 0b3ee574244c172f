/** Why a run ended early, which may repeat what a command has written. */

import type { Redactor } from '../redaction/redactor.ts';
import type { RunEnd } from './results.ts';

export function redactEnd(end: RunEnd, redactor: Redactor): RunEnd {
  return end.state === 'target lost' ? { ...end, reason: redactor.text(end.reason) } : end;
}
