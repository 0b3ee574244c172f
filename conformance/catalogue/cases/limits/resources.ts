import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { failed, observed } from '../../../format/expectation.ts';
import { fill, type Payload } from '../../../format/payload.ts';
import { serverOnly } from '../../../format/role.ts';
import {
  bytes,
  close,
  frame,
  inSegmentsOf,
  resumeReading,
  type Step,
  stopReading,
  text,
} from '../../../format/step.ts';
import { opcodes, writeFrame } from '../../../wire/wire.ts';

const MiB = 1024 * 1024;
/** What any of these may cost a target: buffers, a garbage collector's slack, and no more. */
const aftermath = { memory: 192 * MiB };

/** The same masked frame again and again, as one lazy payload. */
function flood(opcode: number, payload: string, count: number): Payload {
  const maskKey = Uint8Array.of(0x17, 0x2a, 0x3c, 0x4d);
  const fin = opcode !== opcodes.continuation;
  const frame = writeFrame({ opcode, fin, payload: Buffer.from(payload), maskKey });
  return fill(frame, frame.length * count);
}

/** One fragment of a mebibyte, not the last. */
const largeContinuation = flood(opcodes.continuation, 'x'.repeat(MiB), 1);

/** A frame of which only the header is sent. */
const announced = (length: bigint) => text('', { declaredLength: length, lengthForm: 64 });

const limit = {
  level: 'should',
  against: serverOnly,
  aftermath,
} as const satisfies Partial<Case>;

export const resourceLimits: readonly Case[] = [
  ...(
    [
      ['empty', '', 'empty'],
      ['one-octet', 'x', 'one-octet'],
    ] as const
  ).map(([id, payload, what]) => ({
    ...limit,
    id: `limits/endless-${id}-continuations`,
    title: `a message of endless ${what} continuations is rejected`,
    ...rfc6455('10.4'),
    requirement: 'the number of fragments of one message is bounded',
    tags: ['limits', 'CVE-2026-62389', 'CVE-2026-12151', 'CVE-2026-42786', 'CVE-2014-0193'],
    rule: 'too-many-fragments',
    steps: [text('x', { fin: false }), bytes(flood(opcodes.continuation, payload, 150_000))],
    expect: failed([1002, 1008, 1009]),
  })),
  ...(
    [
      ['2-31', 1n << 31n],
      ['2-40', 1n << 40n],
      ['2-62', 1n << 62n],
    ] as const
  ).map(([id, length]) => ({
    ...limit,
    id: `limits/announced-length-${id}`,
    title: `a frame announced with 2^${id.slice(2)} bytes costs no memory`,
    ...rfc6455('10.4'),
    requirement: 'memory is used for received data, not for a declared length',
    tags: ['limits', 'CVE-2025-32049', 'CVE-2022-35922'],
    rule: 'memory-for-announced-length',
    steps: [announced(length), bytes('a few bytes of it')],
    expect: observed(),
  })),
  {
    ...limit,
    id: 'limits/announced-length-refused',
    title: 'a frame far beyond any limit is refused by its header',
    ...rfc6455('10.4'),
    requirement: 'a frame that is too big is refused with 1009 before its payload has arrived',
    tags: ['limits', 'CVE-2026-15565'],
    rule: 'message-too-big',
    steps: [announced(1n << 40n)],
    expect: failed(1009),
  },
  ...(
    [
      ['2-63-less-1', (1n << 63n) - 1n],
      ['2-64-less-1', (1n << 64n) - 1n],
    ] as const
  ).map(([id, length]) => ({
    ...limit,
    id: `limits/fragments-that-overflow-with-${id}`,
    title: `a fragment of 2^${id.slice(2, 4)} - 1 bytes after another does no harm`,
    ...rfc6455('10.4'),
    requirement: 'lengths of fragments are added up without overflowing',
    tags: ['limits', 'CVE-2020-27813', 'CVE-2020-13935', 'CVE-2026-1528', 'CVE-2026-50161'],
    rule: 'length-overflow',
    steps: [
      text('first', { fin: false }),
      frame(opcodes.continuation, 'second', { declaredLength: length, lengthForm: 64 }),
    ],
    expect: failed([1002, 1009]),
  })),
  {
    ...limit,
    id: 'limits/message-of-many-large-fragments',
    title: 'a message of 256 MiB in fragments is rejected before its end',
    ...rfc6455('10.4'),
    requirement: 'the limit of a message counts all of its fragments together',
    tags: ['limits', 'CVE-2026-15565'],
    rule: 'message-too-big',
    steps: [
      text('', { fin: false }),
      ...Array.from({ length: 256 }, () => bytes(largeContinuation)),
    ].flatMap((item): Step[] => [inSegmentsOf(MiB + 14, item)]),
    expect: failed(1009),
  },
  {
    ...limit,
    id: 'limits/large-frame-in-single-octets',
    title: 'a frame that arrives one byte at a time costs little per byte',
    ...rfc6455('10.4'),
    requirement: 'the work per byte does not grow with the bytes before it',
    tags: ['limits', 'CVE-2026-123817'],
    rule: 'quadratic-reading',
    steps: [inSegmentsOf(1, text(fill('x', 20_000), { cut: { payload: 16_000 } }))],
    expect: observed(),
  },
  ...(
    [
      ['ping', opcodes.ping, 'CVE-2026-11586'],
      ['pong', opcodes.pong, 'CVE-2021-3690'],
    ] as const
  ).map(([kind, opcode, advisory]) => ({
    ...limit,
    id: `limits/${kind}-flood-without-reading`,
    title: `a flood of ${kind}s from a peer that does not read is bounded`,
    ...rfc6455('10.4'),
    requirement: 'unread answers are delayed, merged or dropped',
    tags: ['limits', advisory],
    rule: 'unbounded-answers',
    steps: [stopReading, bytes(flood(opcode, 'p'.repeat(125), 20_000)), resumeReading],
    expect: observed(),
  })),
  {
    ...limit,
    id: 'limits/echoes-without-reading',
    title: 'a peer that sends and never reads is slowed down',
    ...rfc6455('10.4'),
    requirement: 'a target stops reading from a peer that does not read from it',
    tags: ['limits'],
    rule: 'no-back-pressure',
    steps: [stopReading, bytes(flood(opcodes.binary, 'b'.repeat(60_000), 1000)), resumeReading],
    expect: observed(),
  },
  {
    ...limit,
    id: 'limits/text-messages-of-one-octet',
    title: '20,000 messages of one octet in a row do no harm',
    ...rfc6455('10.4'),
    requirement: 'many small messages are read like a few large ones',
    tags: ['limits'],
    rule: 'memory-per-message',
    steps: [bytes(flood(opcodes.text, 'x', 20_000)), close(1000)],
    expect: observed(),
  },
];
