import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainRequest } from '../format/handshake.ts';
import { record } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { ofEveryRequest } from './request-checks.ts';

const reading = (request: readonly string[]) => readConversation(record([], undefined, request));

/** `rule: observed`, for each rule that the request breaks. */
function broken(request: readonly string[]): string[] {
  const conversation = reading(request);
  return ofEveryRequest.flatMap((rule) => {
    const finding = rule.find(conversation, 'client');
    return finding ? [`${rule.rule}: ${finding.observed}`] : [];
  });
}
const replacing = (name: string, line: string) =>
  plainRequest.map((each) => (each.startsWith(name) ? line : each));
const leavingOut = (name: string) => plainRequest.filter((line) => !line.startsWith(name));
const adding = (line: string) => [...plainRequest, line];

const key = 'Sec-WebSocket-Key';
const requests: readonly (readonly [what: string, request: readonly string[], ...string[]])[] = [
  ['is plain', plainRequest],
  [
    'lists other protocols and options, too',
    replacing('Upgrade', 'Upgrade: h2c, WebSocket').with(3, 'Connection: keep-alive, upgrade'),
  ],
  ['posts', replacing('GET', 'POST / HTTP/1.1'), 'bad-request-line: POST / HTTP/1.1'],
  ['is of HTTP/1.0', replacing('GET', 'GET / HTTP/1.0'), 'bad-request-line: GET / HTTP/1.0'],
  [
    'has a whole address as target',
    replacing('GET', 'GET ws://a/ HTTP/1.1'),
    'bad-request-line: GET ws://a/ HTTP/1.1',
  ],
  ['has a space before a colon', adding('X : y'), 'malformed-request: white space in name'],
  ['has no Host', leavingOut('Host'), 'repeated-header: Host: none'],
  [
    'has two Origins',
    [...plainRequest, 'Origin: a', 'Origin: b'],
    'repeated-header: Origin: "a" and "b"',
  ],
  ['has no Upgrade', leavingOut('Upgrade'), 'no-upgrade: Upgrade: none'],
  ['upgrades to h2c', replacing('Upgrade', 'Upgrade: h2c'), 'no-upgrade: Upgrade: "h2c"'],
  [
    'keeps the connection alive',
    replacing('Connection', 'Connection: keep-alive'),
    'no-connection-upgrade: Connection: "keep-alive"',
  ],
  ['has a short key', replacing(key, `${key}: AAAA`), 'bad-key: Sec-WebSocket-Key: "AAAA"'],
  [
    'has no key',
    leavingOut(key),
    ...['repeated-header: Sec-WebSocket-Key: none', 'bad-key: Sec-WebSocket-Key: ""'],
  ],
  [
    'is of version 8',
    replacing('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 8'),
    'wrong-version: Sec-WebSocket-Version: "8"',
  ],
  [
    'has no version',
    leavingOut('Sec-WebSocket-Version'),
    ...['repeated-header: Sec-WebSocket-Version: none', 'wrong-version: Sec-WebSocket-Version: ""'],
  ],
  ['announces a body of nothing', adding('Content-Length: 0')],
  ['announces a body', adding('Content-Length: 3'), 'request-with-body: Content-Length: 3'],
  [
    'announces chunks',
    adding('Transfer-Encoding: chunked'),
    'request-with-body: Transfer-Encoding: chunked',
  ],
];
for (const [what, request, ...rules] of requests) {
  test(`a request that ${what} breaks ${rules.length === 0 ? 'no rule' : rules.join(', ')}`, () => {
    assert.deepEqual(broken(request), rules);
  });
}

test('the request is not held against a server', () => {
  const conversation = reading(replacing('GET', 'POST / HTTP/1.1'));
  assert.ok(ofEveryRequest.every((rule) => rule.find(conversation, 'server') === undefined));
});
