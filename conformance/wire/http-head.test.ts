import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadReader, type HttpHead, headerList, headerValues, readHead } from './http-head.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const request = latin1(
  'GET /chat?a=b HTTP/1.1\r\nHost:  localhost:3200 \r\nConnection: keep-alive,\tUpgrade\r\n' +
    'connection: , x\r\n\r\n',
);

function readIn(segments: readonly Uint8Array[]): { head: HttpHead | undefined; rest: Buffer } {
  const reader = new HeadReader('request', 10);
  const rest: Uint8Array[] = [];
  let head: HttpHead | undefined;
  for (const segment of segments) {
    if (head) {
      rest.push(segment);
      continue;
    }
    const found = reader.push(segment);
    head = found?.head;
    if (found) rest.push(found.rest);
  }
  return { head, rest: Buffer.concat(rest) };
}

const trailing = latin1('\x81\x00\r\n\r\n');
for (const [how, segments, more] of [
  ['whole', [request], ''],
  ['byte by byte', [...request].map((octet) => Uint8Array.of(octet)), ''],
  ['with trailing bytes', [Buffer.concat([request, trailing])], trailing],
  ['with trailing bytes in their own segment', [request, trailing], trailing],
  ['cut inside the empty line', [request.subarray(0, -1), request.subarray(-1)], ''],
] as const) {
  test(`reads a request ${how}`, () => {
    const { head, rest } = readIn(segments);
    assert.deepEqual(rest, Buffer.from(more));
    assert.deepEqual(head, {
      complete: true,
      offset: 10,
      length: request.length,
      anomalies: [],
      startLine: {
        kind: 'request',
        text: 'GET /chat?a=b HTTP/1.1',
        method: 'GET',
        target: '/chat?a=b',
        version: 'HTTP/1.1',
        offset: 10,
        length: 24,
      },
      headers: [
        { name: 'Host', value: 'localhost:3200', offset: 34, length: 24 },
        { name: 'Connection', value: 'keep-alive,\tUpgrade', offset: 58, length: 33 },
        { name: 'connection', value: ', x', offset: 91, length: 17 },
      ],
    });
    assert.deepEqual(headerValues(head!, 'CONNECTION'), ['keep-alive,\tUpgrade', ', x']);
    assert.deepEqual(headerList(head!, 'Connection'), ['keep-alive', 'Upgrade', 'x']);
  });
}

test('reads status lines, also those that lack something', () => {
  const read = (line: string) => {
    const { startLine } = readHead(latin1(`${line}\r\n\r\n`), 'response');
    return startLine.kind === 'response'
      ? [startLine.version, startLine.status, startLine.reason]
      : undefined;
  };
  assert.deepEqual(read('HTTP/1.1 101 Switching Protocols'), [
    'HTTP/1.1',
    101,
    'Switching Protocols',
  ]);
  assert.deepEqual(read('HTTP/1.1 101 '), ['HTTP/1.1', 101, '']);
  assert.deepEqual(read('HTTP/1.1 101'), ['HTTP/1.1', 101, '']);
  assert.deepEqual(read('HTTP/1.1 1010 X'), ['HTTP/1.1', undefined, '1010 X']);
  assert.deepEqual(read('hello'), ['hello', undefined, '']);
});

const odd = (text: string, kind: 'request' | 'response' = 'request') =>
  readHead(latin1(text), kind).anomalies.map(({ name, offset, length }) => [name, offset, length]);

test('lists what a strict reader may object to', () => {
  const line = 'GET / HTTP/1.1\r\n';
  assert.deepEqual(odd(`${line}\r\n`), []);
  assert.deepEqual(odd(`\r\n${line}\r\n`), [['leading-empty-line', 0, 2]]);
  assert.deepEqual(odd('GET / HTTP/1.1\n\n'), [
    ['bare-lf', 14, 1],
    ['bare-lf', 15, 1],
  ]);
  assert.deepEqual(odd(`${line}A: b\rc\r\n\r\n`), [['bare-cr', 20, 1]]);
  assert.deepEqual(odd(`${line}A: b\r\n c\r\n\r\n`), [['obs-fold', 22, 4]]);
  assert.deepEqual(odd(`${line}no colon\r\n\r\n`), [['missing-colon', 16, 10]]);
  assert.deepEqual(odd(`${line}: b\r\n\r\n`), [['empty-name', 16, 5]]);
  assert.deepEqual(odd(`${line}A : b\r\n\r\n`), [['white-space-in-name', 16, 2]]);
  assert.deepEqual(odd(`${line}A: \0\r\n\r\n`), [['control-character', 19, 1]]);
  assert.deepEqual(odd(`${line}A: \xe4\r\n\r\n`), [['non-ascii', 19, 1]]);
  assert.deepEqual(odd('GET  / HTTP/1.1\r\n\r\n'), [['malformed-start-line', 0, 17]]);
  assert.deepEqual(odd('HTTP/1.1 101\r\n\r\n', 'response'), [['malformed-start-line', 0, 14]]);
});

test('joins folded lines and keeps what has no colon', () => {
  const { headers } = readHead(latin1('GET / HTTP/1.1\r\nA: b\r\n\t c\r\nx y\r\n\r\n'), 'request');
  assert.deepEqual(
    headers.map(({ name, value, length }) => [name, value, length]),
    [
      ['A', 'b c', 11],
      ['', 'x y', 5],
    ],
  );
});

test('takes white space from around a value, however much of it stands inside', () => {
  const value = `a${' '.repeat(1_000_000)}\tb`;
  const head = readHead(latin1(`GET / HTTP/1.1\r\nX-Spaces: \t ${value} \t\r\n\r\n`), 'request');
  assert.ok(headerValues(head, 'X-Spaces')[0] === value);
});

test('shows what has come of a head that is not whole', () => {
  const reader = new HeadReader('request', 5);
  assert.equal(reader.rest().head, undefined);
  assert.equal(reader.push(latin1('GET / HTTP/1.1\r\nHost: a\r')), undefined);
  const { head, offset } = reader.rest();
  assert.equal(offset, 5);
  assert.equal(head?.complete, false);
  assert.deepEqual(head?.anomalies, []);
  assert.equal(head?.headers[0]?.name, 'Host');
});

test('never throws, whatever the bytes are', () => {
  const octets = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
  for (let at = 0; at <= 256; at += 1) {
    for (const kind of ['request', 'response'] as const) {
      const head = readHead(octets.subarray(at), kind);
      assert.ok(head.length <= 256 - at);
    }
  }
});

test('a continuation line without a header before it is read as a header', () => {
  const head = readHead(Buffer.from('GET / HTTP/1.1\r\n folded: x\r\n\r\n'), 'request');
  assert.deepEqual(
    head.headers.map(({ name, value }) => [name, value]),
    [[' folded', 'x']],
  );
  assert.deepEqual(
    head.anomalies.map(({ name }) => name),
    ['obs-fold'],
  );
});
