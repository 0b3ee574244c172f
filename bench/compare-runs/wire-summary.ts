/** What each side of a conversation wrote, without what is random or belongs to the machine. */
import { createHash } from 'node:crypto';
import { readConversation } from '../../conformance/wire/conversation.ts';
import type { Direction } from '../../conformance/wire/direction.ts';
import type { HttpHead } from '../../conformance/wire/http-head.ts';
import type { ObservedFrame } from '../../conformance/wire/messages.ts';
import type { Side, Timeline } from '../../conformance/wire/timeline.ts';
import { opcodes } from '../../conformance/wire/wire.ts';

/** One line for each head, frame and rest of a side, and one for its end. */
export function wireSummary(timeline: Timeline, side: Side): string[] {
  const direction = readConversation(timeline)[side];
  const heads = [...direction.interimHeads, ...(direction.head ? [direction.head] : [])];
  return [
    ...heads.flatMap(headLines),
    ...bytesLines('body', direction.body),
    ...direction.frames.map(frameLine),
    ...restLines(direction),
    direction.ending.how,
  ];
}

/** Headers whose value differs from run to run. */
const changing: ReadonlySet<string> = new Set([
  'sec-websocket-key',
  'sec-websocket-accept',
  'date',
]);

function headLines({ startLine, headers }: HttpHead): string[] {
  const { kind: _, ...line } = startLine;
  return [
    JSON.stringify(line),
    ...headers.map(({ name, value }) => {
      const shown = changing.has(name.toLowerCase()) ? '…' : withoutPort(value);
      return `${name}: ${shown}`;
    }),
  ];
}

/** Targets and hosts listen on any free port. */
const withoutPort = (words: string) =>
  words.replaceAll(/(127\.0\.0\.1|localhost|\[::1\]):\d+/g, '$1:…');

function frameLine({ fin, rsv1, rsv2, rsv3, opcode, maskKey, lengthForm, payload }: ObservedFrame) {
  const names = Object.entries(opcodes).find(([, value]) => value === opcode);
  const bits = [fin && 'FIN', rsv1 && 'RSV1', rsv2 && 'RSV2', rsv3 && 'RSV3'].filter(Boolean);
  const mask = maskKey ? 'masked' : 'not masked';
  return `${names?.[0] ?? `opcode ${opcode}`} ${bits.join(' ')} ${mask} ${lengthForm} ${inWords(payload)}`;
}

function restLines({ rest }: Direction): string[] {
  if (rest.frame) return [`unfinished ${frameLine(rest.frame)}`];
  return bytesLines('unfinished', rest.bytes);
}

const bytesLines = (what: string, bytes: Uint8Array) =>
  bytes.length > 0 ? [`${what} ${inWords(bytes)}`] : [];

const shownWhole = 32;

function inWords(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, shownWhole)).toString('hex');
  if (bytes.length <= shownWhole) return hex || 'empty';
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return `${bytes.length} bytes ${hex}… sha256 ${hash}…`;
}
