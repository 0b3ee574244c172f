import type { Case, Level } from '../../format/case.ts';
import { rfc9112 } from '../../format/document.ts';
import { accepted, observed, refused } from '../../format/expectation.ts';
import { type Handshake, type HeadEdit, plainResponse, response } from '../../format/handshake.ts';
import { clientOnly } from '../../format/role.ts';

const opens = (id: string, what: string, edit: HeadEdit, level: Level): Case => ({
  id: `response-grammar/${id}`,
  title: `${what} opens the connection`,
  level,
  ...rfc9112('4'),
  requirement: 'a head that follows the grammar of HTTP is accepted',
  against: clientOnly,
  handshake: response(edit),
  steps: [],
  expect: accepted(),
});

/** RFC 6455 §4.2.2 writes HTTP/1.1 into the response; it asks no client to look at the version. */
const turnsAway = (id: string, what: string, edit: HeadEdit): Case => ({
  id: `response-grammar/${id}`,
  title: `${what} fails the connection`,
  level: 'should',
  ...rfc9112('4'),
  requirement: 'only HTTP/1.1 can switch protocols with a 101',
  against: clientOnly,
  rule: 'wrong-http-version-accepted',
  handshake: response(edit),
  steps: [],
  expect: refused(),
});

const open = (id: string, what: string, handshake: Handshake): Case => ({
  id: `response-grammar/${id}`,
  title: `${what} is accepted or not`,
  level: 'may',
  ...rfc9112('4'),
  requirement: 'no specification decides whether this is read or refused',
  against: clientOnly,
  handshake,
  steps: [],
  expect: observed(),
});

const headers = (count: number) =>
  Array.from({ length: count }, (_, index) => [`X-Framewright-${index}`, `${index}`] as const);
const long = (size: number): Handshake => ({
  response: { fields: [['X-Framewright', 'a'.repeat(size)]] },
});
const interimFirst = (...lines: string[]): Handshake => ({
  response: { lines: [...lines, ...plainResponse] },
});

export const responseGrammar: readonly Case[] = [
  opens('no-reason', 'a status line with an empty reason', { startLine: 'HTTP/1.1 101 ' }, 'must'),
  opens(
    'other-reason',
    'a status line with another reason',
    { startLine: 'HTTP/1.1 101 WebSocket Protocol Handshake' },
    'must',
  ),
  {
    ...opens('names-in-other-case', 'a head with names in odd letter case', {}, 'must'),
    handshake: {
      response: {
        lines: plainResponse.map((line, index) =>
          index === 0
            ? line
            : line.replace(/^[^:]+/, (name) =>
                name.replaceAll(/[a-z]/g, (letter, at) => (at % 2 ? letter.toUpperCase() : letter)),
              ),
        ),
      },
    },
  },
  {
    ...opens('no-space-after-colons', 'a head without spaces after its colons', {}, 'must'),
    handshake: { response: { lines: plainResponse.map((line) => line.replace(': ', ':')) } },
  },
  opens('byte-by-byte', 'a head that comes byte by byte', { segmentSize: 1 }, 'must'),
  opens(
    'in-other-order',
    'a head whose first header is another one',
    { startLine: `${plainResponse[0]}\r\nX-First: yes` },
    'must',
  ),
  {
    ...opens('beyond-ascii', 'a value beyond ASCII in an unknown header', {}, 'should'),
    handshake: { response: { fields: [['X-Framewright', '\u00e4\u00ff']] } },
  },
  opens(
    'with-content-length',
    'a Content-Length of 5, which a 101 cannot have',
    { add: ['Content-Length: 5'] },
    'should',
  ),
  turnsAway('http-1-0', 'a 101 of HTTP/1.0', { startLine: 'HTTP/1.0 101 Switching Protocols' }),
  turnsAway('http-2-0', 'a 101 of HTTP/2.0', { startLine: 'HTTP/2.0 101 Switching Protocols' }),
  turnsAway('icy', 'a 101 of ICY', { startLine: 'ICY 101 Switching Protocols' }),
  open('continue-first', 'a 100 before the 101', interimFirst('HTTP/1.1 100 Continue', '')),
  open(
    'early-hints-first',
    'a 103 before the 101',
    interimFirst('HTTP/1.1 103 Early Hints', 'Link: </a>; rel=preload', ''),
  ),
  open('twice', 'a 101 after the 101', {
    response: { lines: [...plainResponse, '', ...plainResponse] },
  }),
  open('empty-line-first', 'an empty line before the status line', interimFirst('')),
  open('garbage-first', 'garbage before the status line', interimFirst('framewright')),
  open(
    'no-space-after-status',
    'a status line that ends in its digits',
    response({ startLine: 'HTTP/1.1 101' }),
  ),
  open('line-feeds-alone', 'a head whose lines end in LF only', response({ lineEnd: '\n' })),
  open(
    'folded',
    'an Upgrade folded into two lines',
    response({ set: { Upgrade: '\r\n websocket' } }),
  ),
  open('nul', 'a NUL in an unknown header', response({ add: ['X-Framewright: a\0b'] })),
  open('no-colon', 'a line without a colon', response({ add: ['X-Framewright'] })),
  open('space-before-colon', 'a space before the colon of Upgrade', {
    response: { lines: plainResponse.map((line) => line.replace('Upgrade:', 'Upgrade :')) },
  }),
  open(
    'chunked',
    'a Transfer-Encoding on a 101',
    response({ add: ['Transfer-Encoding: chunked'] }),
  ),
  open(
    'accept-twice',
    'the right accept twice',
    response({ add: ['Sec-WebSocket-Accept: {accept}'] }),
  ),
  open(
    'upgrade-list',
    'an Upgrade with websocket and another',
    response({ set: { Upgrade: 'websocket, foo' } }),
  ),
  open('header-of-200-kib', 'a header of 200 KiB', long(200 * 1024)),
  open('header-of-300-kib', 'a header of 300 KiB', long(300 * 1024)),
  open('a-thousand-headers', 'a thousand headers', { response: { fields: headers(1000) } }),
];
