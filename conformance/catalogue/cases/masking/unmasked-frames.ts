import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { echoOf, failedOrDropped, optional } from '../../../format/expectation.ts';
import { serverOnly } from '../../../format/role.ts';
import {
  awaits,
  binary,
  close,
  continuation,
  type Item,
  ping,
  pong,
  text,
} from '../../../format/step.ts';

const unmasked = { mask: 'none' } as const;

/** Each kind of frame without a mask, and what has to come before it to make it good otherwise. */
const kinds: readonly (readonly [kind: string, what: string, frame: Item, before?: Item])[] = [
  ['text', 'a text frame', text('unmasked', unmasked)],
  ['empty-text', 'an empty text frame', text('', unmasked)],
  ['text-of-126', 'a text frame of 126 bytes', text('u'.repeat(126), unmasked)],
  ['binary', 'a binary frame', binary('unmasked', unmasked)],
  ['first-fragment', 'a first fragment', text('unmasked', { ...unmasked, fin: false })],
  ['ping', 'a ping', ping('unmasked', unmasked)],
  ['empty-ping', 'an empty ping', ping('', unmasked)],
  ['pong', 'a pong', pong('unmasked', unmasked)],
  ['close', 'a Close', close(1000, '', unmasked)],
  ['empty-close', 'an empty Close', close(undefined, '', unmasked)],
];

const masked = text('masked');
/** Closing is a MUST; the Close frame that says why, and its code, are a MAY of the same section. */
const rule = {
  level: 'must',
  requirement:
    'every frame of a client is masked; a server closes the connection over one that is not',
  against: serverOnly,
  rule: 'unmasked-client-frame',
} as const;

export const unmaskedFrames: readonly Case[] = [
  ...kinds.map(
    ([kind, what, frame]): Case => ({
      ...rule,
      id: `masking/unmasked-${kind}-first`,
      title: `${what} without a mask as the first frame fails`,
      ...rfc6455('5.1'),
      alive: 'untested',
      steps: [frame],
      expect: failedOrDropped(1002),
    }),
  ),
  ...kinds.map(
    ([kind, what, frame]): Case => ({
      ...rule,
      id: `masking/unmasked-${kind}-later`,
      title: `${what} without a mask after masked frames fails`,
      ...rfc6455('5.1'),
      // The pong shows that what came before was read, so that the frame is what is answered next.
      steps: [masked, ping('masked'), awaits('pong'), frame],
      expect: failedOrDropped(1002, {
        events: [
          optional(echoOf(masked)),
          optional({ kind: 'pong', payload: 'masked' }),
          optional(echoOf(masked)),
        ],
      }),
    }),
  ),
  {
    ...rule,
    id: 'masking/unmasked-continuation',
    title: 'a continuation without a mask after a masked fragment fails',
    ...rfc6455('5.1'),
    steps: [text('masked', { fin: false }), continuation('unmasked', unmasked)],
    expect: failedOrDropped(1002),
  },
  {
    ...rule,
    id: 'masking/unmasked-ping-inside-a-message',
    title: 'a ping without a mask between masked fragments fails the connection',
    ...rfc6455('5.1'),
    steps: [text('masked', { fin: false }), ping('unmasked', unmasked), continuation('masked')],
    expect: failedOrDropped(1002),
  },
  {
    ...rule,
    id: 'masking/unmasked-close-inside-a-message',
    title: 'a Close without a mask inside a message fails the connection',
    ...rfc6455('5.1'),
    steps: [text('masked', { fin: false }), close(1000, '', unmasked)],
    expect: failedOrDropped(1002),
  },
  {
    ...rule,
    // A client has to wait for the response (§4.1), so no MUST covers what comes before it.
    level: 'should',
    ...rfc6455('5.1'),
    id: 'masking/unmasked-in-the-segment-of-the-handshake',
    title: 'a frame without a mask in the segment of the handshake fails the connection',
    handshake: { coalesced: true },
    steps: [text('unmasked', unmasked)],
    expect: failedOrDropped(1002),
  },
  {
    ...rule,
    id: 'masking/unmasked-before-a-masked-frame',
    title: 'a masked frame after an unmasked one in one segment is not answered',
    ...rfc6455('5.1'),
    steps: [text('unmasked', unmasked), masked],
    expect: failedOrDropped(1002),
  },
];
