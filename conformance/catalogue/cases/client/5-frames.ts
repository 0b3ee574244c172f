import type { CaseInSection, Section } from '../../../format/case.ts';
import {
  answered,
  closed,
  echoOf,
  failedOrDropped,
  observed,
  pongOf,
} from '../../../format/expectation.ts';
import { fill, type Payload } from '../../../format/payload.ts';
import type { ScriptAction } from '../../../format/program.ts';
import { clientOnly } from '../../../format/role.ts';
import {
  awaits,
  binary,
  close,
  continuation,
  type FrameItem,
  frame,
  ping,
  pong,
  text,
} from '../../../format/step.ts';
import { opcodes } from '../../../wire/wire.ts';

const key = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const zero = Uint8Array.of(0, 0, 0, 0);

const masked: readonly (readonly [id: string, what: string, frames: readonly FrameItem[]])[] = [
  ['text', 'text frame', [text('masked', { mask: key })]],
  ['empty-text', 'empty text frame', [text('', { mask: key })]],
  ['binary', 'binary frame', [binary('masked', { mask: key })]],
  ['text-by-zero', 'text frame whose key is zero', [text('masked', { mask: zero })]],
  ['ping', 'ping', [ping('masked', { mask: key })]],
  ['pong', 'pong', [pong('masked', { mask: key })]],
  ['close', 'Close', [close(1000, '', { mask: key })]],
  [
    'continuation',
    'continuation behind a plain start',
    [text('one', { fin: false }), continuation('two', { mask: key })],
  ],
];

const messages = Array.from({ length: 300 }, (_, index) => text(`message ${index}`));

const open: ScriptAction = { do: 'await', event: 'open' };

interface Sent {
  readonly type: 'text' | 'binary' | 'blob';
  readonly payload: Payload;
}

/** The program sends, closes, and all of it is on the wire in this order before the Close. */
const sends = (id: string, what: string, sent: readonly Sent[]): CaseInSection => ({
  id: `client-send/${id}`,
  title: `${what} leaves whole before the Close`,
  level: 'must',
  document: 'WHATWG WebSockets',
  section: '3.1',
  requirement: 'what the program sends goes out as messages, in order, and close() waits for them',
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

export const clientFrames: Section = {
  document: 'RFC 6455',
  at: '5.1',
  title: 'Masking, as a client does and sees it',
  cases: [
    ...masked.map(
      ([id, what, frames]): CaseInSection => ({
        id: `masked-server/${id}`,
        title: `a masked ${what} fails the connection`,
        level: 'must',
        requirement: 'a server masks no frame, and a client that sees a masked one fails',
        against: clientOnly,
        rule: 'masked-server-frame',
        steps: frames,
        expect: failedOrDropped(1002),
      }),
    ),
    {
      id: 'client-masks/of-300-messages',
      title: '300 messages come back under unpredictable keys',
      level: 'must',
      section: '5.3',
      requirement: 'the key of each frame is new, random, and not derived from earlier ones',
      against: clientOnly,
      rule: 'weak-masking-keys',
      steps: messages,
      expect: answered(messages.map(echoOf), { checks: [{ kind: 'unpredictableMasks' }] }),
    },
    {
      id: 'client-send/nothing-for-five-seconds',
      title: 'five seconds in which the server sends nothing, and what the client does',
      level: 'may',
      section: '5.5.2',
      requirement: 'a client may ping at any time to see whether its server is there, or may wait',
      against: clientOnly,
      tags: ['slow'],
      patience: 5000,
      steps: [awaits('ping')],
      expect: observed(),
    },
    sends('nothing', 'nothing', []),
    sends('empty', 'an empty text and an empty binary message', [
      { type: 'text', payload: '' },
      { type: 'binary', payload: '' },
      { type: 'blob', payload: '' },
    ]),
    sends('blob-then-text', 'a Blob and a text behind it', [
      { type: 'blob', payload: fill('b', 200 * 1024) },
      { type: 'text', payload: 'behind the Blob' },
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
      id: 'client-send/pong-beside-a-large-message',
      title: 'a ping is answered though the client has much to send',
      level: 'must',
      section: '5.5.2',
      requirement: 'a ping is answered as soon as is practical, whatever else is to be sent',
      against: clientOnly,
      alive: 'untested',
      script: [open, { do: 'send', type: 'binary', payload: fill('*', 1024 * 1024) }],
      steps: [ping('meanwhile')],
      expect: answered([echoOf(binary(fill('*', 1024 * 1024))), pongOf('meanwhile')], {
        script: [{ type: 'open' }, { type: 'close', code: [1000], wasClean: true }],
      }),
    },
  ],
};
