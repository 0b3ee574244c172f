/** Whether a soak left anything behind. Pure. */

import type { SoakCounts } from './soak-load.ts';
import type { Status } from './soak-server.ts';

export interface SoakFigures {
  readonly counts: SoakCounts;
  /** Before the first connection; after the first clients have come and gone; under load; at the end. */
  readonly fresh: Status;
  readonly warm: Status;
  readonly peak: Status;
  readonly end: Status;
  /** After the server was closed. */
  readonly closed: Status;
  /** How long the process took to end on its own, milliseconds; undefined if it did not. */
  readonly exitMillis: number | undefined;
}

const MiB = 1024 * 1024;

/**
 * What JavaScript holds may grow by this much: code and caches that the warm-up did not reach. A
 * leak of 200 bytes for each connection of a 30 s soak would be more.
 */
const heldAllowance = 4 * MiB;
/**
 * Resident memory also includes what V8 and the C allocator keep for later, which depends on how far
 * the load backed up; only growth far beyond it indicates a leak outside JavaScript's view, such as
 * zlib states.
 */
const residentAllowance = 0.5;
const residentFloor = 32 * MiB;

/** Bytes that objects and buffers hold. */
function heldBytes({ memory }: Status): number {
  return memory.heapUsed + memory.external;
}

/** The problems, one sentence each; empty if there are none. */
export function judgeSoak(figures: SoakFigures): string[] {
  const { counts, warm, end, closed, exitMillis } = figures;
  const wrong: string[] = [];
  const mib = (bytes: number) => `${(bytes / MiB).toFixed(1)} MiB`;
  if (counts.echoed === 0) wrong.push('nothing was echoed');
  if (counts.failed > 0) {
    wrong.push(`${counts.failed} conversations went wrong: ${counts.failures.join('; ')}`);
  }
  const held = heldBytes(end) - heldBytes(warm);
  if (held > heldAllowance) {
    wrong.push(`objects and buffers hold ${mib(held)} more than at the start`);
  }
  const resident = end.memory.rss - warm.memory.rss;
  if (resident > Math.max(residentFloor, residentAllowance * warm.memory.rss)) {
    wrong.push(`resident memory is ${mib(resident)} above its start`);
  }
  if (end.openConnections > 0) wrong.push(`${end.openConnections} connections are still open`);
  if (closed.handles.length > 0) wrong.push(`handles left open: ${closed.handles.join(', ')}`);
  if (exitMillis === undefined) wrong.push('the process did not end on its own after close()');
  return wrong;
}

export function renderSoak(figures: SoakFigures): string {
  const { counts, fresh, warm, peak, end, closed, exitMillis } = figures;
  const row = (name: string, of: (status: Status) => number) =>
    name.padEnd(22) +
    [fresh, warm, peak, end].map((status) => (of(status) / MiB).toFixed(1).padStart(9)).join('');
  const count = (name: string, value: number) =>
    name.padEnd(34) + value.toLocaleString('en').padStart(12);
  return [
    count('connections opened', counts.opened),
    count('messages echoed, each checked', counts.echoed),
    count('closed with a closing handshake', counts.closedProperly),
    count('vanished inside a frame', counts.vanished),
    count('closed with 1002 after breaking a rule', counts.offended),
    '',
    `${'MiB'.padEnd(22)}${['fresh', 'start', 'load', 'end'].map((name) => name.padStart(9)).join('')}`,
    row('resident', ({ memory }) => memory.rss),
    row('heap used', ({ memory }) => memory.heapUsed),
    row('external', ({ memory }) => memory.external),
    '',
    `open connections: ${peak.openConnections} under load, ${end.openConnections} at the end`,
    `handles left open: ${closed.handles.join(', ') || 'none'}`,
    exitMillis === undefined
      ? 'the process did not end on its own'
      : `the process ended on its own ${Math.round(exitMillis)} ms after the server was closed`,
    '',
  ].join('\n');
}
