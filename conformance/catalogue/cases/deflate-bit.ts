import type { Case } from '../../format/case.ts';
import { rfc6455, rfc7692 } from '../../format/document.ts';
import { answered, type ExpectedEvent, echoOf, failed, pongOf } from '../../format/expectation.ts';
import { hex } from '../../format/payload.ts';
import { bothRoles } from '../../format/role.ts';
import {
  binary,
  close,
  continuation,
  eachInItsOwnSegment,
  message,
  ping,
  pong,
  type Step,
  text,
} from '../../format/step.ts';
import { opcodes } from '../../wire/wire.ts';
import { handshake, needs } from '../parts/plain-deflate.ts';

const keepingContext = {
  extensions: { ...handshake.extensions, keepsContext: true },
} as const;
/** RFC 7692 §7.2.3.1: "Hello" in one compressed block. */
const hello = hex('f2 48 cd c9 c9 07 00');

const firstPart = text(hello.subarray(0, 3), { fin: false, rsv1: true });
const lastPart = continuation(hello.subarray(3));

/** RFC 6455 §5.4: control frames may come inside a fragmented message, and are no part of it. */
const aroundControlFrames: readonly (readonly [
  id: string,
  title: string,
  steps: readonly Step[],
  events: readonly ExpectedEvent[],
])[] = [
  [
    'ping-between-compressed-fragments',
    'a message with a ping between its compressed fragments is inflated',
    [firstPart, ping('between'), lastPart],
    [pongOf('between'), echoOf(text('Hello'))],
  ],
  [
    'ping-between-segments-of-compressed-fragments',
    'a ping in a segment between those of compressed fragments: all is inflated',
    [eachInItsOwnSegment(firstPart, ping('between'), lastPart)],
    [pongOf('between'), echoOf(text('Hello'))],
  ],
  [
    'empty-ping-between-compressed-fragments',
    'a binary message with an empty ping between compressed fragments is inflated',
    [{ ...firstPart, opcode: opcodes.binary }, ping(), lastPart],
    [pongOf(''), echoOf(binary('Hello'))],
  ],
  [
    'pings-between-compressed-fragments',
    'a message with a ping after each of three compressed fragments is inflated',
    [
      firstPart,
      ping('one'),
      continuation(hello.subarray(3, 5), { fin: false }),
      ping('two'),
      continuation(hello.subarray(5), { fin: false }),
      ping('three'),
      continuation(''),
    ],
    [pongOf('one'), pongOf('two'), pongOf('three'), echoOf(text('Hello'))],
  ],
  [
    'pong-between-compressed-fragments',
    'a message with a pong between its compressed fragments is inflated',
    [firstPart, pong('between'), lastPart],
    [echoOf(text('Hello'))],
  ],
];

export const compressionBit: readonly Case[] = [
  ...(
    [
      [
        'on-continuation',
        'RSV1 on a continuation',
        [firstPart, continuation(hello, { rsv1: true })],
      ],
      [
        'on-last-continuation',
        'RSV1 on an empty last continuation',
        [firstPart, continuation('', { rsv1: true })],
      ],
      [
        'on-continuation-of-plain-message',
        'RSV1 on a continuation of a plain message',
        [text('one', { fin: false }), continuation('two', { rsv1: true })],
      ],
    ] as const
  ).map(([id, what, steps]) => ({
    id: `deflate-bit/${id}`,
    title: `${what} fails the connection`,
    level: 'must' as const,
    ...rfc7692('6'),
    requirement: 'only the first frame of a message shows whether the message is compressed',
    against: bothRoles,
    needs,
    rule: 'compression-bit-misplaced',
    handshake,
    steps,
    expect: failed(1002),
  })),
  ...(
    [
      ['ping', ping('p', { rsv1: true })],
      ['pong', pong('p', { rsv1: true })],
      ['close', close(1000, '', { rsv1: true })],
    ] as const
  ).map(([kind, frame]) => ({
    id: `deflate-bit/on-${kind}`,
    title: `RSV1 on a ${kind} fails the connection`,
    level: 'must' as const,
    ...rfc7692('6'),
    requirement: 'control frames are never compressed and never carry the bit',
    against: bothRoles,
    needs,
    rule: 'compressed-control-frame',
    handshake,
    steps: [frame],
    expect: failed(1002),
  })),
  {
    id: 'deflate-bit/ping-inside-a-compressed-message',
    title: 'RSV1 on a ping between compressed fragments fails the connection',
    level: 'must',
    ...rfc7692('6'),
    requirement: 'control frames are never compressed and never carry the bit',
    against: bothRoles,
    needs,
    rule: 'compressed-control-frame',
    handshake,
    steps: [text(hello.subarray(0, 3), { fin: false, rsv1: true }), ping('p', { rsv1: true })],
    expect: failed(1002),
  },
  ...aroundControlFrames.map(([id, title, steps, events]) => ({
    id: `deflate-bit/${id}`,
    title,
    level: 'must' as const,
    ...rfc7692('6.2'),
    requirement: 'the bit of the first frame holds for the message up to its last frame',
    against: bothRoles,
    needs,
    handshake,
    steps,
    expect: answered(events),
  })),
  ...([2, 3] as const).map((bit) => ({
    id: `deflate-bit/rsv${bit}-with-rsv1`,
    title: `RSV${bit} on a compressed message fails the connection`,
    level: 'must' as const,
    ...rfc6455('5.2'),
    requirement: 'a reserved bit that no negotiated extension defines is 0',
    against: bothRoles,
    needs,
    rule: 'reserved-bit',
    handshake,
    steps: [text(hello, { rsv1: true, ...(bit === 2 ? { rsv2: true } : { rsv3: true }) })],
    expect: failed(1002),
  })),
  {
    id: 'deflate-bit/plain-message',
    title: 'plain messages may be sent where compression is agreed on',
    level: 'must',
    ...rfc7692('6'),
    requirement: 'whether a message is compressed is decided for each message by its bit',
    against: bothRoles,
    needs,
    handshake,
    steps: [text('plain'), binary(hex('00 ff'))],
    expect: answered([echoOf(text('plain')), echoOf(binary(hex('00 ff')))]),
  },
  {
    id: 'deflate-bit/plain-between-compressed',
    title: 'a plain message between compressed ones does not change the context',
    level: 'must',
    ...rfc7692('7.2.2'),
    requirement: 'only compressed messages go through the decompressor and into its window',
    against: bothRoles,
    needs,
    handshake: keepingContext,
    steps: ['one and one and one', 'two', 'one and one and two'].map((words, index) =>
      message('text', words, { deflate: index !== 1 }),
    ),
    expect: answered(
      ['one and one and one', 'two', 'one and one and two'].map((words) => echoOf(text(words))),
    ),
  },
  {
    id: 'deflate-bit/plain-fragments-between-compressed',
    title: 'a plain fragmented message between compressed ones does not change the context',
    level: 'must',
    ...rfc7692('7.2.2'),
    requirement: 'only compressed messages go through the decompressor and into its window',
    against: bothRoles,
    needs,
    handshake: keepingContext,
    steps: [
      message('text', 'again and again', { deflate: true }),
      text('pl', { fin: false }),
      ping('between'),
      continuation('ain'),
      message('text', 'again and again', { deflate: true }),
    ],
    expect: answered([
      echoOf(text('again and again')),
      pongOf('between'),
      echoOf(text('plain')),
      echoOf(text('again and again')),
    ]),
  },
];
