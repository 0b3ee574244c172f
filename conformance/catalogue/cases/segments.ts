/** TCP is a stream: several frames in one segment, one frame over many, for every kind. */

import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import {
  answered,
  closed,
  type ExpectedEvent,
  echoOf,
  failed,
  optional,
  pongOf,
} from '../../format/expectation.ts';
import { fill } from '../../format/payload.ts';
import { bothRoles, clientOnly } from '../../format/role.ts';
import {
  binary,
  bytes,
  close,
  continuation,
  eachInItsOwnSegment,
  type FrameItem,
  frame,
  inSegmentsOf,
  ping,
  pong,
  text,
} from '../../format/step.ts';
import { inBytes } from '../parts/amounts.ts';

const everyKind: readonly FrameItem[] = [
  text('text'),
  ping('one'),
  binary('binary'),
  pong('unasked'),
  text('', { fin: false }),
  ping('two'),
  continuation('frag', { fin: false }),
  pong('unasked'),
  continuation('ments'),
  binary(),
  text(fill('t', 126)),
  binary(fill('b', 1000)),
  ping('three'),
];
const answersToEveryKind: readonly ExpectedEvent[] = [
  echoOf(text('text')),
  optional(pongOf('one')),
  echoOf(binary('binary')),
  optional(pongOf('two')),
  echoOf(text('fragments')),
  echoOf(binary()),
  echoOf(text(fill('t', 126))),
  echoOf(binary(fill('b', 1000))),
  pongOf('three'),
];

const kinds: readonly (readonly [id: string, what: string, FrameItem, ExpectedEvent])[] = [
  ['text', 'a text frame', text('segmented'), echoOf(text('segmented'))],
  ['binary', 'a binary frame', binary('segmented'), echoOf(binary('segmented'))],
  ['empty-text', 'an empty text frame', text(), echoOf(text())],
  ['text-of-126', 'a text of 126 bytes', text(fill('s', 126)), echoOf(text(fill('s', 126)))],
  ['ping', 'a ping', ping('segmented'), pongOf('segmented')],
];

const manyTexts = Array.from({ length: 5000 }, (_, nth) => text(`${nth}`));

/** Of a short frame that a server sends, all but its first byte. */
const restOf = (payload: string) => bytes(Uint8Array.of(payload.length, ...Buffer.from(payload)));

const rule = {
  level: 'must',
  requirement: 'TCP is a stream: segment boundaries do not matter',
  against: bothRoles,
} as const;

export const segments: readonly Case[] = [
  {
    ...rule,
    id: 'segments/every-kind-in-one',
    title: 'frames of every kind in one segment are handled in order',
    ...rfc6455('5.2'),
    steps: everyKind,
    expect: answered(answersToEveryKind),
  },
  ...[1, 2, 3, 5, 11, 100].map(
    (size): Case => ({
      ...rule,
      id: `segments/every-kind-in-segments-of-${size}`,
      title: `frames of every kind in segments of ${inBytes(size)} are handled in order`,
      ...rfc6455('5.2'),
      steps: [inSegmentsOf(size, ...everyKind)],
      expect: answered(answersToEveryKind),
    }),
  ),
  {
    ...rule,
    id: 'segments/every-kind-separately',
    title: 'frames of every kind in separate segments are handled in order',
    ...rfc6455('5.2'),
    steps: [eachInItsOwnSegment(...everyKind)],
    expect: answered(answersToEveryKind),
  },
  ...kinds.map(
    ([id, what, item, answer]): Case => ({
      ...rule,
      id: `segments/fifty-of-${id}-in-one`,
      title: `${what} fifty times in one segment is answered fifty times`,
      ...rfc6455('5.2'),
      steps: Array.from({ length: 50 }, () => item),
      expect: answered(
        Array.from({ length: 50 }, (_, nth) =>
          answer.kind === 'pong' && nth < 49 ? optional(answer) : answer,
        ),
      ),
    }),
  ),
  {
    ...rule,
    id: 'segments/five-thousand-texts-in-one',
    title: 'five thousand messages in one write are answered in order',
    ...rfc6455('5.2'),
    steps: manyTexts,
    expect: answered(manyTexts.map(echoOf)),
  },
  {
    ...rule,
    id: 'segments/first-frame-begun-with-the-response',
    title: 'a frame whose first byte shares the segment of the response is read completely',
    ...rfc6455('4.1'),
    requirement: 'the bytes after the response are frames, whatever the segments',
    against: clientOnly,
    alive: 'untested',
    handshake: { coalesced: true },
    steps: [text('at once', { cut: 1 }), eachInItsOwnSegment(restOf('at once'))],
    expect: answered([echoOf(text('at once'))]),
  },
  ...kinds.map(
    ([id, what, item, answer]): Case => ({
      ...rule,
      id: `segments/one-${id}-byte-by-byte`,
      title: `${what} in segments of one byte is answered`,
      ...rfc6455('5.2'),
      steps: [inSegmentsOf(1, item)],
      expect: answered([answer]),
    }),
  ),
  {
    ...rule,
    id: 'segments/pong-byte-by-byte',
    title: 'a pong in segments of one byte is not answered',
    ...rfc6455('5.2'),
    steps: [inSegmentsOf(1, pong('unasked')), text('after')],
    expect: answered([echoOf(text('after'))]),
  },
  {
    ...rule,
    id: 'segments/close-byte-by-byte',
    title: 'a Close in segments of one byte is answered',
    ...rfc6455('5.2'),
    steps: [inSegmentsOf(1, close(1000, 'byte by byte'))],
    expect: closed([1000, 'none']),
  },
  {
    ...rule,
    id: 'segments/bad-frame-byte-by-byte',
    title: 'a frame with a reserved opcode in segments of one byte fails the connection',
    ...rfc6455('5.2'),
    rule: 'reserved-opcode',
    steps: [inSegmentsOf(1, frame(3, 'reserved'))],
    expect: failed(1002),
  },
  {
    ...rule,
    id: 'segments/message-and-close-in-one',
    title: 'a Close in one segment after a message is answered',
    ...rfc6455('5.2'),
    steps: [text('before'), close(1000)],
    expect: closed([1000, 'none'], { events: [optional(echoOf(text('before')))] }),
  },
  {
    ...rule,
    id: 'segments/ping-and-close-in-one',
    title: 'a Close in one segment after a ping is answered',
    ...rfc6455('5.2'),
    steps: [ping('before'), close(1000)],
    expect: closed([1000, 'none'], { events: [optional(pongOf('before'))] }),
  },
  {
    ...rule,
    id: 'segments/messages-that-end-with-segments',
    title: 'a frame that ends in the middle of a segment leaves the rest to the next',
    ...rfc6455('5.2'),
    steps: [
      inSegmentsOf(10, ...Array.from({ length: 40 }, (_, nth) => text('x'.repeat(nth % 13)))),
    ],
    expect: answered(Array.from({ length: 40 }, (_, nth) => echoOf(text('x'.repeat(nth % 13))))),
  },
  {
    ...rule,
    id: 'segments/alternating-types',
    title: 'a hundred messages of alternating type keep type and order',
    ...rfc6455('5.2'),
    requirement: 'a message is text or binary, and messages are answered in order',
    steps: Array.from({ length: 100 }, (_, nth) => (nth % 2 ? binary : text)(`${nth}`)),
    expect: answered(
      Array.from({ length: 100 }, (_, nth) => echoOf((nth % 2 ? binary : text)(`${nth}`))),
    ),
  },
];
