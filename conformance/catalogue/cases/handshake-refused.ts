import type { Case } from '../../format/case.ts';
import type { Check } from '../../format/check.ts';
import { rfc6455, rfc9112 } from '../../format/document.ts';
import { refused } from '../../format/expectation.ts';
import { plainRequest, request } from '../../format/handshake.ts';
import { serverOnly } from '../../format/role.ts';
import { text } from '../../format/step.ts';

/** After a response of a few lines, a FIN is not delayed. */
const observationTimeout = 2000;

const endedAsSaid = (
  [
    ['handshake', request({ without: ['Sec-WebSocket-Key'] }), 'a refusal'],
    ['plain-get', { request: { lines: plainRequest.slice(0, 2) } }, 'an answer to a plain GET'],
  ] as const
).map(([id, handshake, what]) => ({
  id: `handshake-refused/ended-as-announced-${id}`,
  title: `${what} with the close option is followed by the end of TCP`,
  level: 'must' as const,
  ...rfc9112('9.6'),
  requirement: 'a server that sends the close option ends the connection after that response',
  against: serverOnly,
  handshake,
  steps: [],
  observationTimeout,
  expect: refused(undefined, { checks: [{ kind: 'closeOptionKept' }] }),
}));

const smuggled = 'framewright: smuggled';
/** Nothing after a refusal was read as frames or as another handshake. */
const nothingSmuggled: readonly Check[] = [
  { kind: 'noEchoAfterRefusal', payload: smuggled },
  { kind: 'noSwitchAfterRefusal' },
];
const secondRequest =
  'GET /smuggled HTTP/1.1\r\nHost: framewright.invalid\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: c211Z2dsZWQgcmVxdWVzdA==\r\nSec-WebSocket-Version: 13\r\n\r\n';

export const refusedHandshakes: readonly Case[] = [
  ...(
    [
      ['key', request({ without: ['Sec-WebSocket-Key'] }), 'without a key'],
      ['version', request({ set: { 'Sec-WebSocket-Version': '14' } }), 'of another version'],
      ['upgrade', request({ without: ['Upgrade'] }), 'without Upgrade'],
      ['method', request({ startLine: 'POST {target} HTTP/1.1' }), 'by POST'],
    ] as const
  ).map(([id, handshake, what]) => ({
    id: `handshake-refused/frames-after-bad-${id}`,
    title: `after a handshake ${what}, bytes are not frames`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'a server that refuses a handshake stops there: nothing after it is a frame',
    against: serverOnly,
    rule: 'frame-after-refusal',
    handshake: { ...handshake, coalesced: true },
    steps: [text(smuggled)],
    expect: refused(undefined, { checks: nothingSmuggled }),
  })),
  {
    id: 'handshake-refused/plain-get-after-it',
    title: 'a plain GET in the same segment as a refused handshake gets no 101',
    level: 'must',
    ...rfc6455('4.2.1'),
    requirement: 'what was refused does not affect the request after it',
    against: serverOnly,
    rule: 'switch-after-refusal',
    handshake: request({
      without: ['Sec-WebSocket-Key'],
      body: 'GET / HTTP/1.1\r\nHost: framewright.invalid\r\n\r\n',
    }),
    steps: [text(smuggled)],
    expect: refused(undefined, { checks: nothingSmuggled }),
  },
  {
    id: 'handshake-refused/good-handshake-after-it',
    title: 'a valid handshake in the same segment as a refused one is answered or not',
    level: 'may',
    requirement: 'HTTP lets requests follow each other; a refusal may also end the connection',
    ...rfc9112('9.3.2'),
    against: serverOnly,
    handshake: request({ without: ['Sec-WebSocket-Key'], body: secondRequest }),
    steps: [],
    expect: refused(),
  },
  ...endedAsSaid,
];
