/** Clients that are wrong in one way: about responses, their own requests, masks and programs. */
import { headerValues } from '../../wire/http-head.ts';
import type { ScriptEvent } from '../../wire/timeline.ts';
import type { Behaviour, FrameRule } from '../behaviour.ts';
import { correctClient, type FaultyClient, ignoring } from '../client.ts';

type Change = (lines: readonly string[]) => readonly string[];

/** Its request is wrong, so every case finds it out; one is enough as proof. */
const asking = (name: string, change: Change): FaultyClient => ({
  name,
  behaviour: { ask: (...about) => change(correctClient.ask(...about)) },
  fails: ['response/plain', 'length/text-of-0'],
});
const replacing = (name: string, pattern: RegExp, replacement: string): FaultyClient =>
  asking(name, (lines) => lines.map((line) => line.replace(pattern, replacement)));

const refusing = (
  name: string,
  isBad: (head: Parameters<typeof headerValues>[0]) => boolean,
  fails: FaultyClient['fails'],
): FaultyClient => ({
  name,
  behaviour: { response: { ...correctClient.response, more: isBad } },
  fails,
});

const reporting = (
  name: string,
  tell: (event: ScriptEvent) => readonly ScriptEvent[],
  fails: FaultyClient['fails'],
): FaultyClient => ({ name, behaviour: { tell }, fails });

let counter = 0;
const counted = () => {
  counter += 1;
  const key = Buffer.alloc(4);
  key.writeUInt32BE(0x1000_0000 + counter);
  return key;
};

const masking = (name: string, maskKey: () => Uint8Array | undefined): FaultyClient => ({
  name,
  behaviour: { dress: (frame) => ({ ...frame, maskKey: maskKey() }) },
  fails: ['client-masks/*'],
});

export const faultyClients: readonly FaultyClient[] = [
  ignoring('takes a response of any version of HTTP', 'version', [
    'response-grammar/http-*',
    'response-grammar/icy',
  ]),
  ignoring('takes any status', 'status', ['response/status-200-*', 'response/status-1010']),
  ignoring('overlooks Upgrade', 'upgrade', [
    'response/no-upgrade',
    'response/upgrade-to-h2c',
    'response/upgrade-with-*',
    'response/upgrade-cut-*',
  ]),
  ignoring('overlooks Connection', 'connection', [
    'response/no-connection',
    'response/connection-close',
    'response/connection-with-*',
  ]),
  ignoring('overlooks the accept', 'accept', [
    'response/wrong-accept',
    'response/no-accept',
    'response/accept-empty',
    'response/accept-i*',
    'response/accept-w*',
  ]),
  ignoring('takes any subprotocol', 'subprotocol', [
    'client-subprotocol/unasked',
    'client-subprotocol/foreign',
    'client-subprotocol/list',
    'client-subprotocol/in-*',
    'client-subprotocol/same-*',
    'client-subprotocol/empty',
    'client-subprotocol/none',
  ]),
  ignoring('takes any extension', 'extensions', [
    'client-extensions/unknown',
    'client-extensions/of-an-old-draft',
  ]),
  ignoring('takes any answer about compression', 'deflate', [
    'client-extensions/unknown-parameter',
    'client-extensions/*-window-7',
    'client-extensions/*-window-16',
    'client-extensions/*-08',
    'client-extensions/*-without-value',
    'client-extensions/*-with-value',
    'client-extensions/*-twice',
    'client-extensions/*-unoffered',
  ]),
  {
    name: 'takes any extension at all',
    behaviour: {
      response: { ...correctClient.response, extensions: () => false, deflate: () => false },
    },
    fails: ['client-extensions/unknown-with-deflate', 'client-extensions/open-parameter'],
  },
  refusing(
    'wants Upgrade in small letters',
    (head) => headerValues(head, 'Upgrade')[0] === 'WebSocket',
    ['response/upgrade-in-other-case'],
  ),
  refusing(
    'wants Connection to say Upgrade, and nothing else',
    (head) => headerValues(head, 'Connection')[0] !== 'Upgrade',
    ['response/connection-list', 'response/connection-in-other-case'],
  ),
  refusing(
    'refuses headers that it does not know',
    ({ headers }) =>
      headers.some(
        ({ name }) =>
          !/^(upgrade|connection|sec-websocket-(accept|extensions|protocol))$/i.test(name),
      ),
    [
      'response/with-*',
      'response-grammar/in-other-order',
      'response-grammar/beyond-ascii',
      'response-grammar/with-content-length',
    ],
  ),
  refusing('refuses every response', () => true, [
    'response/plain',
    'response/accept-padded',
    'client-extensions/none',
    'client-extensions/deflate',
    'client-subprotocol/chosen-*',
    'length/*',
    'ping/*',
  ]),
  refusing(
    'wants the usual reason',
    ({ startLine }) => !startLine.text.endsWith(' Switching Protocols'),
    ['response-grammar/*-reason'],
  ),
  refusing(
    'wants names in the usual letters',
    ({ headers }) => headers.some(({ name }) => !/^[A-Z][a-z]/.test(name)),
    ['response-grammar/names-in-other-case'],
  ),
  refusing(
    'wants a space after each colon',
    ({ headers }) =>
      headers.some(
        ({ name, value, length }) =>
          length !== name.length + value.length + 4 && !value.includes('\t'),
      ),
    ['response-grammar/no-space-*'],
  ),
  {
    name: 'wants a response in one piece',
    behaviour: { headInPieces: false },
    fails: ['response-grammar/byte-by-byte'],
  },
  refusing(
    'declines every extension it is granted',
    (head) => headerValues(head, 'Sec-WebSocket-Extensions').length > 0,
    [
      'client-extensions/deflate',
      'client-extensions/server-window-10',
      'client-extensions/*-no-takeover',
      'client-extensions/quoted-window',
      'client-extensions/client-window-9',
      'client-extensions/all-four',
    ],
  ),
  {
    name: 'loses what comes with the response',
    behaviour: { bytesBehindHead: 'lost' },
    fails: ['segments/first-frame-begun-with-the-response'],
  },
  {
    name: 'never goes away',
    behaviour: { response: {} },
    fails: ['response/no-*', 'response/status-*'],
  },
  asking('asks by POST', ([line, ...rest]) => [line!.replace('GET', 'POST'), ...rest]),
  replacing('asks in HTTP/1.0', / HTTP\/1\.1$/, ' HTTP/1.0'),
  replacing('asks for an absolute target', /^GET /, 'GET http://127.0.0.1'),
  replacing('leaves the port out of Host', /^(Host: .*):\d+$/, '$1'),
  replacing('names another port in Host', /^(Host: .*):\d+$/, '$1:1'),
  asking('names its host twice', (lines) => [...lines, 'Host: 127.0.0.1']),
  asking('sends two keys', (lines) => [...lines, 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==']),
  replacing('asks for h2c', /^Upgrade: websocket/, 'Upgrade: h2c'),
  replacing('says keep-alive alone', /^Connection: .*/, 'Connection: keep-alive'),
  replacing('speaks version 8', /^Sec-WebSocket-Version: 13/, 'Sec-WebSocket-Version: 8'),
  replacing('writes a space before a colon', /^Upgrade:/, 'Upgrade :'),
  {
    ...asking('announces a body', (lines) => [...lines, 'Content-Length: 3']),
    breaks: 'should',
    rule: 'request-with-body',
  },
  {
    name: 'makes keys of 8 octets',
    behaviour: { newKey: () => Buffer.alloc(8, 'k').toString('base64') },
    fails: ['response/plain', 'length/text-of-0'],
  },
  masking('masks by one key', () => Uint8Array.of(1, 2, 3, 4)),
  masking('masks by a counter', counted),
  masking('masks by an octet four times', () => Buffer.alloc(4, Math.floor(Math.random() * 256))),
  {
    ...masking('masks nothing', () => undefined),
    fails: ['length/*-of-1*', 'client-masks/*', 'ping/*'],
  },
  {
    name: 'takes masked frames',
    behaviour: { header: withoutMasking() },
    // A masked Close that is answered looks like one that ended the connection.
    fails: ['masked-server/*t*', 'masked-server/binary', 'masked-server/p*'],
  },
  {
    name: 'swallows masked frames',
    behaviour: { fail: () => 'go on' },
    fails: ['masked-server/*'],
  },
  reporting('never says that it is open', (event) => (event.type === 'open' ? [] : [event]), [
    'client-closing/begun-*',
    'client-subprotocol/chosen-*',
    'length/*',
  ]),
  reporting('says nothing of errors', (event) => (event.type === 'error' ? [] : [event]), [
    'response/fin-*',
    'response/rst-*',
    'client-closing/while-connecting',
    'opcodes/*',
  ]),
  reporting(
    'calls every end clean',
    (event) => [event.type === 'close' ? { ...event, wasClean: true, code: 1000 } : event],
    [
      'client-closing/answered-by-*',
      'client-closing/fin-*',
      'client-closing/rst-*',
      'response/fin-*',
      'response/rst-*',
      'client-closing/while-connecting',
    ],
  ),
  reporting(
    'calls no end clean',
    (event) => [event.type === 'close' ? { ...event, wasClean: false } : event],
    [
      'client-closing/begun-*',
      'client-closing/both-*',
      'client-closing/inside-*',
      'client-closing/message-*',
      'client-closing/reason-*',
      'client-send/*',
      'close/code',
      'close/empty',
      'close-code/valid-*',
    ],
  ),
  reporting(
    'invents a message before each end',
    (event) =>
      event.type === 'close'
        ? [{ type: 'message', binary: false, length: 1, data: Buffer.from('x') }, event]
        : [event],
    ['client-closing/message-after-*'],
  ),
  {
    name: 'takes any frame after its own Close',
    behaviour: { header: untilItCloses() },
    fails: ['client-closing/reserved-opcode-after-the-clients-close'],
  },
  {
    name: 'answers no ping after its own Close',
    behaviour: { pong: (payload, closing) => (closing ? [] : [payload]) },
    fails: ['client-closing/ping-after-the-clients-close'],
  },
  {
    name: 'loses the last octet of what its program sends',
    behaviour: {
      dress: (frame) =>
        frame.opcode < 3 ? { ...frame, payload: frame.payload.subarray(0, -1) } : frame,
    },
    fails: [
      'client-send/blob-*',
      'client-send/text-*',
      'client-send/binary-*',
      'client-send/twenty-*',
      'client-send/pong-*',
      'limits/deflate-bomb-of-*',
    ],
  },
  {
    name: 'sends an unsolicited text',
    behaviour: { greet: [{ opcode: 1, payload: Buffer.from('hello') }] },
    fails: ['client-send/nothing', 'client-send/empty', 'length/*'],
  },
];

function withoutMasking() {
  const { masking: _, ...header } = correctClient.header;
  return header;
}

function untilItCloses(): Behaviour['header'] {
  const rules = Object.entries(correctClient.header).map(([name, rule]): [string, FrameRule] => [
    name,
    (frame, state) => (state.closing ? undefined : rule(frame, state)),
  ]);
  return Object.fromEntries(rules);
}
