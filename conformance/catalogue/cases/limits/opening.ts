import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { accepted, observed, orRefused, refused } from '../../../format/expectation.ts';
import { type Handshake, plainRequest, request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';
import { awaits, fin, rst, type Step, text } from '../../../format/step.ts';

const MiB = 1024 * 1024;
const limit = {
  level: 'should',
  against: serverOnly,
  aftermath: { memory: 96 * MiB },
} as const satisfies Partial<Case>;

/** The answers that mean "too much", and the one of a target that gives no reason. */
const tooMuch = [400, 413, 414, 431];
const filler = (length: number) => `X-Filler: ${'x'.repeat(length)}`;
const withField = (name: string, value: string): Handshake => ({
  request: { fields: [[name, value]] },
});

/**
 * Short lines in front of the two that ask for the upgrade: 2,000 of them fit into 16 KiB, and who
 * stops reading headers at some count does not come to Upgrade (CVE-2024-37890).
 */
const headersBeforeUpgrade = (count: number) =>
  request({
    without: ['Upgrade', 'Connection'],
    add: [
      ...Array.from({ length: count }, (_, nth) => `x${nth.toString(36)}:`),
      'Connection: Upgrade',
      'Upgrade: websocket',
    ],
  });

/** As many as fit into a head of 16 KiB. */
const spaces = ' '.repeat(15_900);

/** A request without end: what a peer sends that never comes to the empty line. */
const unfinished = (lines: readonly string[]): Handshake => ({
  request: { lines, finished: false },
});

export const openingLimits: readonly Case[] = [
  ...[8, 64].map((size) => ({
    ...limit,
    level: 'may' as const,
    ...rfc6455('10.4'),
    id: `limits/header-of-${size}-kib`,
    title: `a header line of ${size} KiB is accepted or refused`,
    requirement: 'how long a head may be is for the server to decide',
    tags: ['limits'],
    rule: 'head-too-big',
    handshake: withField('X-Filler', 'x'.repeat(size * 1024)),
    steps: [],
    expect: orRefused(accepted()),
  })),
  ...[256, 1024].map((size) => ({
    ...limit,
    id: `limits/header-of-${size}-kib-refused`,
    title: `a header line of ${size} KiB is refused`,
    ...rfc6455('10.4'),
    requirement: 'the length of a request head is bounded',
    tags: ['limits'],
    rule: 'head-too-big',
    handshake: withField('X-Filler', 'x'.repeat(size * 1024)),
    steps: [],
    expect: refused(tooMuch),
  })),
  {
    ...limit,
    level: 'may',
    ...rfc6455('10.4'),
    id: 'limits/100-headers',
    title: '100 header lines are accepted or refused',
    requirement: 'how many lines a head may have is for the server to decide',
    tags: ['limits'],
    rule: 'too-many-headers',
    handshake: {
      request: { fields: Array.from({ length: 100 }, (_, nth) => [`X-${nth}`, 'y'] as const) },
    },
    steps: [],
    expect: orRefused(accepted()),
  },
  ...[2000, 10_000].map((count) => ({
    ...limit,
    id: `limits/${count}-headers`,
    title: `${count} header lines before Upgrade do no harm`,
    ...rfc6455('10.4'),
    requirement: 'a request with very many headers is refused or served, never a crash',
    tags: ['limits', 'CVE-2024-37890'],
    rule: 'too-many-headers',
    handshake: headersBeforeUpgrade(count),
    steps: [],
    expect: orRefused(accepted()),
  })),
  {
    ...limit,
    id: 'limits/header-of-80-kib-byte-by-byte',
    title: 'a header line of 80 KiB that arrives in small pieces is refused in time',
    ...rfc6455('10.4'),
    requirement: 'the work per byte of a head does not grow with the bytes before it',
    tags: ['limits', 'CVE-2023-43669'],
    rule: 'head-too-big',
    handshake: request({ add: [filler(80 * 1024)], segmentSize: 16 }),
    steps: [],
    expect: orRefused(accepted()),
  },
  {
    ...limit,
    id: 'limits/header-without-end',
    title: 'a header line without end is rejected',
    ...rfc6455('10.4'),
    requirement: 'the length of a request head is bounded before it is complete',
    tags: ['limits'],
    rule: 'head-too-big',
    handshake: unfinished([...plainRequest, filler(2 * MiB)]),
    steps: [],
    expect: refused(tooMuch),
  },
  ...[8, 64].map((size) => ({
    ...limit,
    level: size === 64 ? ('should' as const) : ('may' as const),
    ...rfc6455('10.4'),
    id: `limits/target-of-${size}-kib`,
    title: `a request target of ${size} KiB is accepted or refused`,
    requirement: 'a target that is too long is refused with 414 or served, never a crash',
    tags: ['limits'],
    rule: 'target-too-long',
    handshake: request({
      startLine: `GET {target}{queryMark}${'t'.repeat(size * 1024)} HTTP/1.1`,
    }),
    steps: [],
    expect: orRefused(accepted()),
  })),
  ...(
    [
      ['protocol-spaces', 'Sec-WebSocket-Protocol', `a${spaces}b`, ['CVE-2021-32640']],
      ['extensions-spaces', 'Sec-WebSocket-Extensions', `a${spaces}b`, []],
      [
        'extensions-open-quote',
        'Sec-WebSocket-Extensions',
        `a; b="${'\\'.repeat(12_000)}`,
        ['CVE-2020-7662', 'CVE-2020-7663'],
      ],
      ['extensions-many-parameters', 'Sec-WebSocket-Extensions', `a${'; b'.repeat(4000)}`, []],
      ['upgrade-commas', 'Upgrade', `websocket${','.repeat(12_000)}`, []],
    ] as const
  ).map(([id, name, value, advisories]) => ({
    ...limit,
    id: `limits/pathological-${id}`,
    title: `${id.replaceAll('-', ' ')} in a header: answered in linear time`,
    ...rfc6455('10.4'),
    requirement: 'a header value of any shape is read in time proportional to its length',
    tags: ['limits', ...advisories],
    rule: 'quadratic-header',
    // 0.1 s each time (CVE-2021-32640) is seen in the last of a hundred that ask at once.
    ...(id === 'protocol-spaces' && { repeat: { times: 100, atOnce: 100 } }),
    handshake: name === 'Upgrade' ? request({ set: { Upgrade: value } }) : withField(name, value),
    steps: [],
    expect: orRefused(accepted()),
  })),
  {
    ...limit,
    id: 'limits/pipelined-requests',
    title: '1,000 requests before the upgrade do no harm',
    ...rfc6455('10.4'),
    requirement: 'requests that are pipelined before an upgrade are bounded or refused',
    tags: ['limits', 'CVE-2026-100658'],
    rule: 'unbounded-pipeline',
    handshake: {
      request: {
        lines: [
          ...Array.from({ length: 1000 }, () => ['GET / HTTP/1.1', 'Host: {host}', '']).flat(),
          ...plainRequest,
        ],
      },
    },
    steps: [],
    expect: orRefused(observed()),
  },
  ...(
    [
      ['request-line', ['GET {target} HT']],
      ['headers', plainRequest],
    ] as const
  ).map(([id, lines]) => ({
    ...limit,
    id: `limits/never-finished-${id}`,
    title: `a handshake that stops in its ${id.replace('-', ' ')} is rejected`,
    ...rfc6455('10.4'),
    requirement: 'a connection whose handshake does not complete is closed',
    tags: ['limits', 'slow'],
    rule: 'handshake-timeout',
    observationTimeout: 35_000,
    handshake: unfinished(lines),
    steps: [],
    expect: refused(),
  })),
  ...(['fin', 'rst'] as const).flatMap((how) =>
    (
      [
        ['after-the-handshake', []],
        ['inside-a-header', [text('x', { cut: 3 })]],
        ['inside-a-payload', [text('x'.repeat(100), { cut: { payload: 34 } })]],
        ['between-fragments', [text('x', { fin: false })]],
        ['after-a-message', [text('x'), awaits('message')]],
      ] as [string, readonly Step[]][]
    ).map(([id, steps]) => ({
      ...limit,
      id: `limits/${how}-${id}-100-times`,
      title: `100 connections that end with ${how.toUpperCase()} ${id.replaceAll('-', ' ')} leave nothing behind`,
      ...rfc6455('7.1.1'),
      requirement: 'a connection that has ended costs nothing any more',
      tags: ['limits', 'CVE-2017-2670'],
      rule: 'ended-connections-kept',
      ...(id === 'after-a-message' && { needs: ['echo' as const] }),
      repeat: { times: 100, atOnce: 16 },
      alive: 'untested' as const,
      steps: [...steps, how === 'fin' ? fin : rst],
      expect: observed(),
    })),
  ),
  {
    ...limit,
    id: 'limits/churn-of-500',
    title: '500 connections opened and closed do no harm',
    ...rfc6455('10.4'),
    requirement: 'connections that have ended are released',
    tags: ['limits'],
    rule: 'ended-connections-kept',
    repeat: { times: 500, atOnce: 16 },
    steps: [],
    expect: accepted(),
  },
  ...['200', '1000'].map((count) => ({
    ...limit,
    id: `limits/${count}-at-once`,
    title: `${Number(count).toLocaleString('en')} connections at once are served`,
    ...rfc6455('10.4'),
    requirement: 'many connections are served at the same time',
    tags: ['limits'],
    rule: 'too-few-connections',
    repeat: { times: Number(count), atOnce: Number(count) },
    steps: [],
    expect: accepted(),
  })),
];
