import type { Case } from '../../../format/case.ts';
import { rfc6455, rfc7692 } from '../../../format/document.ts';
import { answeredOrTooBig, echoOf, failed, observed } from '../../../format/expectation.ts';
import { fill, hex } from '../../../format/payload.ts';
import { clientOnly, serverOnly } from '../../../format/role.ts';
import { binary, bytes, continuation, text } from '../../../format/step.ts';
import { flushTail } from '../../../wire/deflate.ts';
import { compressed } from '../../parts/deflate-blocks.ts';
import { handshake, needs } from '../../parts/plain-deflate.ts';

const MiB = 1024 * 1024;
const limit = {
  level: 'should',
  against: serverOnly,
  needs,
  handshake,
  aftermath: { memory: 192 * MiB },
} as const satisfies Partial<Case>;

/** 64 KiB of zeros after zeros: what it inflates to is 700 times as long. */
const zeros = Buffer.concat([
  compressed(Buffer.alloc(65_536), { dictionary: Buffer.alloc(32_768) }),
  flushTail,
]);
const firstZeros = Buffer.concat([compressed(Buffer.alloc(32_768)), flushTail]);
const moreZeros = (mebibytes: number) => fill(zeros, zeros.length * mebibytes * 16);
/** 256 MiB in 400 KiB, all but its end. */
const bomb = [
  binary(firstZeros, { rsv1: true, fin: false }),
  continuation(moreZeros(256), { fin: false }),
];
const end = continuation(hex('00'));

export const compressionLimits: readonly Case[] = [
  {
    ...limit,
    id: 'limits/deflate-bomb',
    title: 'a compressed message of 256 MiB is rejected while it is inflated',
    ...rfc7692('8'),
    requirement: 'the limit of a message counts what it inflates to, while it inflates',
    tags: ['limits', 'CVE-2026-1526', 'CVE-2026-39804', 'CVE-2026-5680', 'CVE-2018-1000518'],
    rule: 'message-too-big',
    steps: [...bomb, end],
    expect: failed(1009),
  },
  {
    ...limit,
    id: 'limits/deflate-bomb-in-fragments',
    title: 'a compressed message of 256 MiB in fragments is rejected',
    ...rfc7692('8'),
    requirement: 'the limit of a message counts what all of its fragments inflate to',
    tags: ['limits', 'CVE-2026-1526', 'CVE-2026-15709'],
    rule: 'message-too-big',
    steps: [
      bomb[0]!,
      ...Array.from({ length: 32 }, () => continuation(moreZeros(8), { fin: false })),
      end,
    ],
    expect: failed(1009),
  },
  {
    ...limit,
    level: 'must',
    ...rfc7692('8'),
    id: 'limits/deflate-bomb-of-64-mib',
    title: 'a compressed message of 64 MiB is echoed, or rejected with 1009',
    requirement: 'a message beyond the limit is rejected with 1009; others are echoed',
    against: clientOnly,
    tags: ['limits', 'CVE-2026-1526'],
    rule: 'message-too-big',
    observationTimeout: 30_000,
    steps: [bomb[0]!, continuation(moreZeros(64), { fin: false }), end],
    expect: answeredOrTooBig([echoOf(binary(fill(Uint8Array.of(0), 64 * MiB + 32_768)))]),
  },
  {
    ...limit,
    id: 'limits/deflate-bomb-then-malformed',
    title: 'a message that crosses the limit and then becomes invalid does no harm',
    ...rfc6455('10.7'),
    requirement: 'data that cannot be inflated is answered with a Close and crashes nothing',
    tags: ['limits', 'CVE-2026-85024'],
    rule: 'invalid-deflate',
    steps: [bomb[0]!, continuation(moreZeros(96), { fin: false }), continuation(hex('06 00'))],
    expect: failed([1002, 1007, 1009]),
  },
  {
    ...limit,
    id: 'limits/deflate-empty-members',
    title: 'very many empty blocks in one message cost a bounded time',
    ...rfc7692('8'),
    requirement: 'the work for a message is bounded by its length',
    tags: ['limits', 'CVE-2026-128131'],
    rule: 'too-many-members',
    steps: [text(Buffer.alloc(300_000, hex('03 00')), { rsv1: true })],
    expect: observed(),
  },
  {
    ...limit,
    id: 'limits/deflate-empty-messages',
    title: 'very many empty compressed messages do no harm',
    ...rfc7692('8'),
    requirement: 'an empty message costs next to nothing',
    tags: ['limits'],
    rule: 'memory-per-message',
    steps: [bytes(fill(hex('c1 81 00 00 00 00 00'), 7 * 20_000))],
    expect: observed(),
  },
];
