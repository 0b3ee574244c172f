import type { Case } from '../../format/case.ts';
import { rfc6455, webSockets } from '../../format/document.ts';
import { answered, closed, echoOf, observed, pongOf } from '../../format/expectation.ts';
import { fill, type Payload } from '../../format/payload.ts';
import type { ScriptAction } from '../../format/program.ts';
import { clientOnly } from '../../format/role.ts';
import { awaits, binary, close, frame, ping } from '../../format/step.ts';
import { opcodes } from '../../wire/wire.ts';

const open: ScriptAction = { do: 'await', event: 'open' };

interface Sent {
  readonly type: 'text' | 'binary' | 'blob';
  readonly payload: Payload;
}

/** The program sends, closes, and all of it is on the wire in this order before the Close. */
const sends = (id: string, what: string, sent: readonly Sent[]): Case => ({
  id: `client-send/${id}`,
  title: `the Close comes after ${what}`,
  level: 'must',
  ...webSockets('3.1'),
  requirement: 'messages of the program are sent in order, and close() waits for them',
  against: clientOnly,
  alive: 'untested',
  script: [
    open,
    ...sent.map((each) => ({ do: 'send', ...each }) as const),
    { do: 'close', code: 1000 },
  ],
  steps: [awaits('close'), close(1000)],
  expect: closed(1000, {
    events: sent.map(({ type, payload }) =>
      echoOf(frame(type === 'text' ? opcodes.text : opcodes.binary, payload)),
    ),
    script: [{ type: 'open' }, { type: 'close', code: [1000], wasClean: true }],
  }),
});

export const clientSend: readonly Case[] = [
  {
    id: 'client-send/nothing-for-five-seconds',
    title: 'five seconds in which the server sends nothing, and what the client does',
    level: 'may',
    ...rfc6455('5.5.2'),
    requirement: 'a client may ping at any time to see whether its server is there, or may wait',
    against: clientOnly,
    tags: ['slow'],
    observationTimeout: 5000,
    steps: [awaits('ping')],
    expect: observed(),
  },
  sends('nothing', 'an open connection without messages', []),
  sends('empty', 'an empty text and an empty binary message', [
    { type: 'text', payload: '' },
    { type: 'binary', payload: '' },
    { type: 'blob', payload: '' },
  ]),
  sends('blob-then-text', 'a Blob and a text after it', [
    { type: 'blob', payload: fill('b', 200 * 1024) },
    { type: 'text', payload: 'after the Blob' },
  ]),
  sends('text-of-1-mib', 'a text of 1 MiB', [{ type: 'text', payload: fill('*', 1024 * 1024) }]),
  sends('binary-of-1-mib', 'a binary message of 1 MiB', [
    { type: 'binary', payload: fill(Uint8Array.of(1, 2, 3), 1024 * 1024) },
  ]),
  ...[125, 126, 65_535, 65_536].map((size) =>
    sends(`text-of-${size}`, `a text of ${size} bytes`, [
      { type: 'text', payload: fill('*', size) },
    ]),
  ),
  sends(
    'twenty-texts',
    'twenty texts in a row',
    Array.from({ length: 20 }, (_, index) => ({ type: 'text', payload: `text ${index}` })),
  ),
  {
    id: 'client-send/pong-during-a-large-message',
    title: 'a ping is answered though the client has much to send',
    level: 'must',
    ...rfc6455('5.5.2'),
    requirement: 'a ping is answered as soon as is practical, even with other data to send',
    against: clientOnly,
    alive: 'untested',
    script: [open, { do: 'send', type: 'binary', payload: fill('*', 1024 * 1024) }],
    steps: [ping('meanwhile')],
    expect: answered([echoOf(binary(fill('*', 1024 * 1024))), pongOf('meanwhile')], {
      script: [{ type: 'open' }, { type: 'close', code: [1000], wasClean: true }],
    }),
  },
];
