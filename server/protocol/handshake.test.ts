import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';
import { handshake, sampleAccept, sampleKey } from '../testing/client.ts';
import {
  acceptResponse,
  belongsToHandshake,
  computeAccept,
  declaredBodyLength,
  pickSha1,
  readUpgradeRequest,
  refusalBody,
  refusalResponse,
} from './handshake.ts';
import { parseHead, type RequestHead } from './http-head.ts';
import { refusals } from './violations.ts';

function headOf(request: string): RequestHead {
  const head = parseHead(request);
  assert.ok(!('rule' in head));
  return head;
}

function read(headers: Readonly<Record<string, string | undefined>> = {}, requestLine?: string) {
  return readUpgradeRequest(headOf(handshake(headers, requestLine)));
}

test('the accept matches the example of RFC 6455 §1.3 and another one', () => {
  assert.equal(computeAccept(sampleKey), sampleAccept);
  assert.equal(computeAccept('BcVbtgbkG+YnCD9NRv23qA=='), 'RVP0IJR2K6QBsWRTqoIruP3KBdk=');
});

test('the accept is the same with and without crypto.hash', () => {
  const without = pickSha1(undefined);
  assert.equal(without('abc'), 'qZk+NkcGgWq6PiVxeFDCbJzQ2J0=');
  assert.equal(pickSha1(crypto.hash)('abc'), without('abc'));
});

test('a request is split into its parts', () => {
  const request = read(
    {
      Origin: 'https://example.com',
      'Sec-WebSocket-Protocol': 'chat, v2',
      'Sec-WebSocket-Extensions': 'x; y=1',
      'X-One': 'a',
      'x-one': 'b',
    },
    'GET /echo?a=b?c HTTP/1.1',
  );
  assert.ok(!('rule' in request));
  const { path, query, host, origin, key, subprotocols, extensions } = request;
  assert.deepEqual(
    { path, query, host, origin, key, subprotocols, extensions },
    {
      path: '/echo',
      query: 'a=b?c',
      host: 'localhost:3200',
      origin: 'https://example.com',
      key: sampleKey,
      subprotocols: ['chat', 'v2'],
      extensions: [{ name: 'x', parameters: [['y', '1']] }],
    },
  );
  assert.equal(request.header('X-ONE'), 'a, b');
  assert.equal(request.header('X-Two'), undefined);
});

const targets: [target: string, path: string | undefined, query?: string][] = [
  ['/', '/', ''],
  ['/a/b', '/a/b', ''],
  ['/?', '/', ''],
  ['http://localhost:3200/a?b', '/a', 'b'],
  ['WSS://localhost', '/', ''],
  ['http://localhost?b', '/', 'b'],
  ['*', undefined],
  ['localhost:3200', undefined],
  ['ftp://localhost/', undefined],
  ['/a#b', undefined],
];
for (const [target, path, query] of targets) {
  test(`target ${target} names ${path ?? 'nothing'}`, () => {
    const request = read({}, `GET ${target} HTTP/1.1`);
    if ('rule' in request) assert.deepEqual([request.rule, path], ['target-not-a-path', undefined]);
    else assert.deepEqual([request.path, request.query], [path, query]);
  });
}

const accepted: Readonly<Record<string, string | undefined>>[] = [
  { Upgrade: 'WebSocket' },
  { Upgrade: 'h2c, WEBSOCKET' },
  { Connection: 'keep-alive, Upgrade' },
  { Connection: 'upgrade' },
  { 'Sec-WebSocket-Key': '  dGhlIHNhbXBsZSBub25jZQ== ' },
  { 'Sec-WebSocket-Key': '++//AAAAAAAAAAAAAAAAAA==' },
  { 'Content-Length': '0' },
  { Origin: 'null' },
  { 'Sec-WebSocket-Extensions': 'x; y="1"' },
  { Host: undefined, host: 'a' },
  { Host: '[::1]:3200' },
  { Host: 'xn--bcher-kva.example' },
  { Connection: 'keep-alive', connection: 'Upgrade' },
];
for (const headers of accepted) {
  test(`${JSON.stringify(headers)} is accepted`, () => assert.ok(!('rule' in read(headers))));
}

const refused: [rule: string, headers: Record<string, string | undefined>, line?: string][] = [
  ['method-not-get', {}, 'POST / HTTP/1.1'],
  ['method-not-get', {}, 'HEAD / HTTP/1.1'],
  ['method-not-get', {}, 'get / HTTP/1.1'],
  ['http-version', {}, 'GET / HTTP/1.0'],
  ['http-version', {}, 'GET / HTTP/2.0'],
  ['http-version', {}, 'GET / HTTP/0.9'],
  ['target-not-a-path', {}, 'GET * HTTP/1.1'],
  ['host-missing', { Host: undefined }],
  ['host-missing', { Host: '' }],
  ['host-malformed', { Host: 'a b' }],
  ['host-malformed', { Host: 'localhost/path' }],
  ['host-malformed', { Host: 'user@localhost' }],
  ['host-malformed', { Host: 'localhost:port' }],
  ['host-repeated', { host: 'localhost:3200' }],
  ['not-an-upgrade', { Upgrade: undefined }],
  ['not-an-upgrade', { Upgrade: undefined, Connection: undefined }],
  ['not-an-upgrade', { Upgrade: 'h2c' }],
  ['not-an-upgrade', { Upgrade: 'websocket/13' }],
  ['connection-without-upgrade', { Connection: undefined }],
  ['connection-without-upgrade', { Connection: 'keep-alive' }],
  ['connection-without-upgrade', { Connection: 'xUpgradex' }],
  ...[undefined, '', '0', '7', '8', '12', '14', '255', '256', '13, 8', '013', '13.0'].map(
    (version): [string, Record<string, string | undefined>] => [
      'version-unsupported',
      { 'Sec-WebSocket-Version': version },
    ],
  ),
  ['version-repeated', { 'sec-websocket-version': '13' }],
  ['key-missing', { 'Sec-WebSocket-Key': undefined }],
  ['key-repeated', { 'sec-websocket-key': sampleKey }],
  ...[
    '',
    'dGhlIHNhbXBsZSBub25jZQ',
    'dGhlIHNhbXBsZSBub25jZQ=',
    'dGhlIHNhbXBsZSBub25jZR==',
    'dGhlIHNhbXBsZSBub25j',
    'dGhlIHNhbXBsZSBub25jZSE=',
    'dGhlIHNhbXBs ZSBub25jZQ==',
    '-_hlIHNhbXBsZSBub25jZQ==',
    '!!!!!!!!!!!!!!!!!!!!!!==',
  ].map((key): [string, Record<string, string>] => ['key-invalid', { 'Sec-WebSocket-Key': key }]),
  ['body-in-upgrade', { 'Content-Length': '5' }],
  ['body-in-upgrade', { 'Transfer-Encoding': 'chunked' }],
  ['body-in-upgrade', { 'Transfer-Encoding': 'chunked', 'Content-Length': '0' }],
  ['malformed-content-length', { 'Content-Length': '+0' }],
  ['malformed-content-length', { 'Content-Length': '0, 0' }],
  ['malformed-content-length', { 'Content-Length': '0', 'content-length': '0' }],
  ['malformed-content-length', { 'Content-Length': '' }],
  ['origin-repeated', { Origin: 'a', origin: 'b' }],
  ['malformed-subprotocols', { 'Sec-WebSocket-Protocol': 'a b' }],
  ['malformed-subprotocols', { 'Sec-WebSocket-Protocol': '' }],
  ['malformed-subprotocols', { 'Sec-WebSocket-Protocol': 'a', 'sec-websocket-protocol': 'a' }],
  ['malformed-extensions', { 'Sec-WebSocket-Extensions': 'a;' }],
  ['malformed-extensions', { 'Sec-WebSocket-Extensions': '' }],
];
for (const [rule, headers, line] of refused) {
  test(`${line ?? JSON.stringify(headers)} is refused: ${rule}`, () => {
    const request = read(headers, line);
    assert.equal('rule' in request && request.rule, rule);
  });
}

test('the length of a body is read from the head', () => {
  const length = (value: string | undefined) =>
    declaredBodyLength(headOf(handshake({ 'Content-Length': value })));
  assert.deepEqual(['12', '0', 'x', undefined].map(length), [12, 0, 0, 0]);
});

test('the response lists what was negotiated and nothing else', () => {
  assert.equal(
    acceptResponse('abc=', {}),
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: abc=\r\n\r\n',
  );
  assert.equal(
    acceptResponse('abc=', { subprotocol: 'chat', extensions: 'x; y', headers: { 'X-Id': '1' } }),
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: abc=\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: x; y\r\nX-Id: 1\r\n\r\n',
  );
});

test('a response header that would inject another one throws', () => {
  for (const headers of [{ 'X-Id': '1\r\nX: y' }, { 'X Id': '1' }, { 'X-Id': '€' }]) {
    assert.throws(() => acceptResponse('abc=', { headers }), /malformed name or value/);
  }
});

test('a refusal has Content-Length, Connection: close and the fields its status requires', () => {
  assert.equal(
    refusalResponse({ status: 401, headers: { 'WWW-Authenticate': 'Basic' }, body: 'é\n' }),
    'HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\nWWW-Authenticate: Basic\r\n\r\n\xc3\xa9\n',
  );
  const plain = refusalResponse({ status: 426, body: '' });
  assert.match(plain, /\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n/);
  assert.match(plain, /\r\nSec-WebSocket-Version: 13\r\n/);
  assert.match(refusalResponse({ status: 405, body: '' }), /\r\nAllow: GET\r\n/);
  assert.match(refusalResponse({ status: 499, body: '' }), /^HTTP\/1.1 499 Refused\r\n/);
  assert.match(refusalResponse({ status: 599, body: '' }), /^HTTP\/1.1 599 Error\r\n/);
});

test('HEAD is answered with the length of the body but without the body', () => {
  assert.match(refusalResponse({ status: 405, body: 'abc' }, true), /Content-Length: 3\r\n\r\n$/);
});

test('the body of a refusal names the rule and its section', () => {
  assert.equal(
    refusalBody(refusals['host-missing']),
    'the Host header is missing or empty\n(host-missing, RFC 6455 §4.2.1)\n',
  );
  assert.match(refusalBody(refusals['not-an-upgrade']), /new WebSocket\('ws:/);
});

test('headers of the opening handshake cannot be set by the application', () => {
  for (const name of ['Upgrade', 'connection', 'Content-Length', 'Sec-WebSocket-Accept']) {
    assert.ok(belongsToHandshake(name), name);
  }
  for (const name of ['Set-Cookie', 'X-Upgrade', 'Upgrade-Insecure-Requests']) {
    assert.ok(!belongsToHandshake(name), name);
  }
});
