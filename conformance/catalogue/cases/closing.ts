import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import {
  accepted,
  answered,
  closed,
  closedAlone,
  echoOf,
  failed,
  failedAlone,
  gone,
  optional,
} from '../../format/expectation.ts';
import { fill, hex } from '../../format/payload.ts';
import { bothRoles, serverOnly } from '../../format/role.ts';
import {
  binary,
  bytes,
  close,
  continuation,
  eachInItsOwnSegment,
  fin,
  frame,
  ping,
  pong,
  resumeReading,
  rst,
  type Step,
  stopReading,
  text,
} from '../../format/step.ts';

const greeting = 'hello, hello';
const half = { cut: { payload: 6 } } as const;
const pingToo = optional({ kind: 'pong', payload: 'ping' });

/** The one state that no server can be in: its frames have no key (§5.1). */
const insideKey = 'inside-a-key';

/** What a peer may have done when TCP ends under it. */
const states: readonly (readonly [id: string, when: string, readonly Step[]])[] = [
  ['open', 'before any frame', []],
  ['inside-a-header', 'inside a frame header', [text('hello', { cut: 1 })]],
  [insideKey, 'inside a masking key', [text('hello', { cut: 4 })]],
  ['inside-a-payload', 'inside a payload', [text(greeting, half)]],
  [
    'inside-a-large-payload',
    'inside a payload of 64 KiB',
    [binary(fill('x', 65_536), { cut: { payload: 999 } })],
  ],
  ['inside-a-ping', 'inside a ping', [ping(greeting, half)]],
  ['inside-a-close', 'inside a Close', [close(1000, 'hello', { cut: { payload: 3 } })]],
  ['inside-a-message', 'inside a message', [text('hello', { fin: false })]],
];

/** After a Close: each of these is left unanswered, and does no harm. */
const afterClose: readonly (readonly [id: string, what: string, readonly Step[]])[] = [
  ['another-close', 'a Close with another code', [close(1001)]],
  ['a-bad-close', 'a Close with a bad body', [{ ...close(), payload: 'a' }]],
  ['binary', 'a binary message', [binary('late')]],
  ['a-pong', 'a pong', [pong('late')]],
  ['a-reserved-opcode', 'a frame with a reserved opcode', [frame(3, 'late')]],
  ['a-reserved-bit', 'a frame with a reserved bit', [text('late', { rsv2: true })]],
  ['bad-text', 'text that is no UTF-8', [text(hex('ff'))]],
  ['half-a-frame', 'half a frame', [text('late', { cut: { payload: 2 } })]],
  ['garbage', 'a run of bytes that is no frame', [bytes(fill(hex('ff'), 64))]],
  ['a-large-message', 'a message of 64 KiB', [binary(fill('x', 65_536))]],
];

const closing = {
  level: 'must',
  ...rfc6455('5.5.1'),
  requirement: 'a Close frame is answered with a Close frame, and the server then closes TCP',
  against: bothRoles,
} as const;

/** No sentence says when a server has to end its half; a client has to fail the connection (§7.2.1). */
const halfClosed = {
  level: 'may',
  ...rfc6455('7.1.4'),
  requirement: 'no specification says when a server ends its half of TCP',
} as const;

/** Of a reset, §7.1 says nothing but that the connection is closed by it. */
const reset = {
  level: 'should',
  requirement: 'a reset ends its own connection, and the server serves the next',
} as const;

export const endings: readonly Case[] = [
  ...afterClose.map(
    ([id, what, steps]): Case => ({
      ...closing,
      id: `closing/${id}-after-a-close`,
      title: `${what} after a Close changes nothing`,
      requirement: 'a Close is answered, and data after it is discarded (§1.4)',
      rule: 'answer-after-close',
      steps: [close(1000), ...steps],
      expect: closed([1000, 'none']),
    }),
  ),
  {
    ...closing,
    id: 'closing/inside-an-unfinished-message',
    title: 'a Close inside a message that stays unfinished is answered',
    steps: [text('one', { fin: false }), continuation('two', { fin: false }), close(1000)],
    expect: closed([1000, 'none']),
  },
  {
    ...closing,
    id: 'closing/as-the-first-frame',
    title: 'a Close as the very first frame is answered',
    alive: 'untested',
    steps: [close(1000)],
    expect: closed([1000, 'none']),
  },
  {
    ...closing,
    // A client has to wait for the response (§4.1), so no MUST covers what comes before it.
    level: 'should',
    id: 'closing/in-the-segment-of-the-handshake',
    title: 'a Close in the segment of the handshake is answered',
    handshake: { coalesced: true },
    steps: [close(1000)],
    expect: closed([1000, 'none']),
  },
  {
    ...closing,
    id: 'closing/after-pending-data',
    title: 'a Close after messages whose echoes wait for a slow reader is answered',
    steps: [
      stopReading,
      ...Array.from({ length: 4 }, () => binary(fill('x', 256 * 1024))),
      close(1000),
      resumeReading,
    ],
    expect: closed([1000, 'none'], {
      events: Array.from({ length: 4 }, () => optional(echoOf(binary(fill('x', 256 * 1024))))),
    }),
  },
  {
    ...closing,
    id: 'closing/with-fin-at-once',
    title: 'a Close with FIN right after it is answered, and TCP ends',
    steps: [close(1000), fin],
    expect: closed([1000, 'none']),
  },
  {
    ...closing,
    id: 'closing/message-and-close-with-fin',
    title: 'a message, a Close and FIN at once end in a Close, and TCP ends',
    steps: [text('last words'), close(1000), fin],
    expect: closed([1000, 'none'], { events: [optional(echoOf(text('last words')))] }),
  },
  {
    id: 'closing/server-ends-tcp-first',
    title: 'after the closing handshake the server ends TCP without waiting for its peer',
    level: 'must',
    ...rfc6455('5.5.1'),
    requirement: 'once Close frames have gone both ways the server closes TCP at once',
    against: serverOnly,
    rule: 'tcp-left-open',
    steps: [text('hello')],
    expect: answered([echoOf(text('hello'))]),
  },
  ...(
    [
      ['bad-opcode', [frame(3)], failedAlone(1002)],
      ['bad-text', [text(hex('ff'))], failedAlone(1007)],
      ['bad-close-body', [{ ...close(), payload: 'a' }], closedAlone(1002)],
    ] as const
  ).map(
    ([id, steps, expect]): Case => ({
      id: `closing/close-after-${id}-never-answered`,
      title: `a server that fails the connection (${id.replaceAll('-', ' ')}) ends TCP without waiting`,
      level: 'must',
      ...rfc6455('7.1.7'),
      requirement: 'an endpoint that fails the connection closes TCP without waiting for an answer',
      against: serverOnly,
      rule: 'tcp-left-open',
      steps,
      expect,
    }),
  ),
  ...states.map(
    ([id, when, steps]): Case => ({
      ...halfClosed,
      id: `closing/fin-${id}`,
      title: `FIN ${when} ends TCP from the other side too`,
      against: id === insideKey ? serverOnly : bothRoles,
      rule: 'tcp-left-open',
      steps: [...steps, fin],
      expect: gone(),
    }),
  ),
  {
    ...halfClosed,
    id: 'closing/fin-after-a-message',
    title: 'FIN right after a message ends TCP, with or without the echo',
    against: bothRoles,
    rule: 'tcp-left-open',
    steps: [text('hello'), ping('ping'), fin],
    expect: gone({ events: [optional(echoOf(text('hello'))), pingToo] }),
  },
  ...states.map(
    ([id, when, steps]): Case => ({
      id: `closing/rst-${id}`,
      title: `RST ${when} affects no later connection`,
      ...rfc6455('7.1.1'),
      ...reset,
      against: serverOnly,
      tags: ['CVE-2017-2670'],
      before: [{ steps: [...steps, rst] }],
      steps: [text('next')],
      expect: answered([echoOf(text('next'))]),
    }),
  ),
  {
    id: 'closing/rst-after-a-close',
    title: 'RST after a Close affects no later connection',
    ...rfc6455('7.1.1'),
    ...reset,
    against: serverOnly,
    tags: ['CVE-2017-2670'],
    before: [{ steps: [close(1000), rst] }],
    steps: [],
    expect: accepted(),
  },
  {
    id: 'closing/bad-frame-in-segments-after-a-message',
    title: 'a bad frame in a separate segment after a message fails the connection once',
    level: 'must',
    ...rfc6455('7.1.7'),
    requirement: 'one failure sends one Close, and nothing follows it',
    against: bothRoles,
    rule: 'reserved-opcode',
    steps: [eachInItsOwnSegment(text('hello'), frame(3), frame(4), text('again'))],
    expect: failed(1002, { events: [optional(echoOf(text('hello')))] }),
  },
];
