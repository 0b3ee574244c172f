import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainRequest, plainResponse } from '../format/handshake.ts';
import { close, ping, text } from '../format/step.ts';
import { client, fin, record, server } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { findBrokenRules } from './passing.ts';

const rulesOf = (...timeline: Parameters<typeof record>) =>
  findBrokenRules(readConversation(record(...timeline))).map(({ from, rule }) => `${from} ${rule}`);

const good = [client(text('a')), server(text('a')), client(close(1000)), server(close(1000)), fin];

test('a correct conversation breaks no rule', () => {
  assert.deepEqual(rulesOf(good), []);
});

test('both ends are judged, and each rule has its bytes and its section', () => {
  const said = [client(text('a', { mask: 'none' })), server(ping('a', { rsv2: true }))];
  const broken = findBrokenRules(readConversation(record(said)));
  assert.deepEqual(
    broken.map(({ from, rule, level, section }) => [from, rule, level, section]),
    [
      ['client', 'wrong-masking', 'must', '5.1'],
      ['server', 'reserved-bit', 'must', '5.2'],
    ],
  );
  assert.equal(broken[0]!.at?.from, 'client');
  assert.equal(
    broken[0]!.requirement,
    'a client masks every frame it sends, and a server masks none',
  );
});

test('a request and a response are judged by their own rules', () => {
  const request = plainRequest.filter((line) => !line.startsWith('Sec-WebSocket-Version'));
  assert.deepEqual(rulesOf(good, plainResponse, request), [
    'client repeated-header',
    'client wrong-version',
  ]);
  const response = [...plainResponse, 'Sec-WebSocket-Protocol: chat'];
  assert.deepEqual(rulesOf(good, response), ['server subprotocol-not-offered']);
});

test('a refused handshake is judged by its request alone, and so is one without a response', () => {
  assert.deepEqual(rulesOf([], ['HTTP/1.1 403 Forbidden']), []);
  assert.deepEqual(rulesOf([], []), []);
});

test('a connection without a request breaks no rule', () => {
  assert.deepEqual(findBrokenRules(readConversation({ transport: 'tcp', entries: [] })), []);
});

test('a server that speaks first, before a request, is judged by what it says', () => {
  const { transport, entries } = record([], plainResponse);
  const ofServer = entries.filter((entry) => entry.kind === 'bytes' && entry.from === 'server');
  const broken = findBrokenRules(readConversation({ transport, entries: ofServer }));
  assert.deepEqual(broken, []);
});
