/** A fault of a header is shown at that header, not at the line above it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from '../format/check.ts';
import { accepted } from '../format/expectation.ts';
import { plainRequest, plainResponse } from '../format/handshake.ts';
import { fin, judged, record } from '../testing/said.ts';
import { bytesFrom, type Side } from '../wire/timeline.ts';

type Heads = { readonly response?: readonly string[]; readonly request?: readonly string[] };

function marked(heads: Heads, checks: readonly Check[], role: Side = 'server'): string {
  const { at, rule } = judged(accepted(...checks), [fin], { ...heads, role });
  assert.ok(at, rule);
  const stream = bytesFrom(record([fin], heads.response, heads.request), at.from);
  return Buffer.from(stream)
    .toString('latin1', at.offset, at.offset + at.length)
    .trimEnd();
}

const answering = (...lines: string[]) => ({ response: [...plainResponse, ...lines] });
const replacing = (name: string, line: string, lines: readonly string[]) =>
  lines.map((each) => (each.startsWith(`${name}:`) ? line : each));

const ofResponses: readonly (readonly [line: string, Heads, ...Check[]])[] = [
  [
    'Content-Length: 0',
    answering('Content-Length: 0', 'X-Last: 1'),
    { kind: 'noResponseHeader', name: 'Content-Length', document: 'RFC 9110', section: '8.6' },
  ],
  [
    'Sec-WebSocket-Protocol: aa, bb',
    answering('Sec-WebSocket-Protocol: aa, bb'),
    { kind: 'subprotocolAmong', offered: ['aa', 'bb'] },
  ],
  [
    'Sec-WebSocket-Protocol: zz',
    answering('Sec-WebSocket-Protocol: aa', 'Sec-WebSocket-Protocol: zz'),
    { kind: 'subprotocolAmong', offered: ['aa'] },
  ],
  ['Sec-WebSocket-Extensions: x', answering('Sec-WebSocket-Extensions: x')],
  [
    'Sec-WebSocket-Accept: no',
    { response: replacing('Sec-WebSocket-Accept', 'Sec-WebSocket-Accept: no', plainResponse) },
  ],
  [
    'Connection: close',
    { response: replacing('Connection', 'Connection: close', plainResponse) },
    { kind: 'connectionHeader' },
  ],
  ['Upgrade: websocket', answering('Upgrade: websocket'), { kind: 'singularHeaders' }],
];

for (const [line, heads, ...checks] of ofResponses) {
  test(`a response is marked at ${line}`, () => assert.equal(marked(heads, checks), line));
}

test('where a header is missing, the whole response is marked', () => {
  const bare = { response: plainResponse.filter((line) => !line.startsWith('Connection')) };
  assert.match(
    marked(bare, [{ kind: 'connectionHeader' }]),
    /^HTTP\/1\.1 101.*Upgrade: websocket/s,
  );
});

const ofRequests: readonly (readonly [name: string, line: string])[] = [
  ['Sec-WebSocket-Version', 'Sec-WebSocket-Version: 8'],
  ['Sec-WebSocket-Key', 'Sec-WebSocket-Key: short'],
  ['Upgrade', 'Upgrade: h2c'],
  ['Connection', 'Connection: close'],
];

for (const [name, line] of ofRequests) {
  test(`a request is marked at ${line}`, () => {
    const request = replacing(name, line, plainRequest);
    assert.equal(marked({ request }, [], 'client'), line);
  });
}

test('a request is marked at the second of two headers, and at its first line', () => {
  const twice = [...plainRequest, 'Sec-WebSocket-Version: 13'];
  assert.equal(marked({ request: twice }, [], 'client'), 'Sec-WebSocket-Version: 13');
  const [, ...headers] = plainRequest;
  const post = ['POST / HTTP/1.1', ...headers];
  assert.equal(marked({ request: post }, [], 'client'), 'POST / HTTP/1.1');
});
