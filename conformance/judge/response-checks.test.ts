import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainResponse } from '../format/handshake.ts';
import { record } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { type Timeline, TimelineRecorder } from '../wire/timeline.ts';
import * as checks from './response-checks.ts';
import type { WireRule } from './wire-rule.ts';

const reference = { document: 'RFC 9110', section: '1' } as const;
const ok = plainResponse;
const replacing = (name: string, line: string) =>
  ok.map((each) => (each.startsWith(name) ? line : each));
const refusing = (status: string, ...lines: string[]) => [`HTTP/1.1 ${status}`, ...lines];
const leavingOut = (name: string) => ok.filter((line) => !line.startsWith(name));

const found = (rule: WireRule, timeline: Timeline) =>
  rule.find(readConversation(timeline), 'server');

type Example = readonly [rule: WireRule, response: readonly string[], observed?: string];
const protocol = (...values: string[]) => [
  ...ok,
  ...values.map((value) => `Sec-WebSocket-Protocol: ${value}`),
];
const extensions = (value: string) => [...ok, `Sec-WebSocket-Extensions: ${value}`];

const examples: readonly Example[] = [
  [checks.statusLine, ok],
  [checks.statusLine, replacing('HTTP', 'HTTP/1.0 101 Ok'), 'HTTP/1.0 101 Ok'],
  [checks.statusLine, replacing('HTTP', 'HTTP/1.1 101'), 'HTTP/1.1 101'],
  [checks.upgradeHeader, replacing('Upgrade', 'upgrade: WebSocket')],
  [checks.upgradeHeader, replacing('Upgrade', 'Upgrade: h2c'), 'Upgrade: "h2c"'],
  [checks.upgradeHeader, leavingOut('Upgrade'), 'Upgrade: none'],
  [checks.upgradeHeader, [...ok, 'Upgrade: a'], 'Upgrade: "websocket" and "a"'],
  [checks.connectionHeader, replacing('Connection', 'Connection: a, upgrade')],
  [checks.connectionHeader, replacing('Connection', 'Connection: close'), 'Connection: "close"'],
  [checks.acceptIs('x'), replacing('Sec-WebSocket-Accept', 'Sec-WebSocket-Accept: x')],
  [checks.acceptIs('x'), leavingOut('Sec-WebSocket-Accept'), 'Sec-WebSocket-Accept: none'],
  [checks.without('Content-Length', reference), ok],
  [
    checks.without('Content-Length', reference),
    [...ok, 'Content-Length: 0'],
    'Content-Length: "0"',
  ],
  [checks.wellFormedHead, ok],
  [checks.wellFormedHead, [...ok, 'No colon'], 'missing-colon at byte 127'],
  [checks.subprotocolAmong(['a', 'b']), ok],
  [checks.subprotocolAmong(['a', 'b']), protocol('b')],
  [checks.subprotocolAmong([]), protocol('b'), 'Sec-WebSocket-Protocol: "b"'],
  [checks.subprotocolAmong(['a']), protocol('A'), 'Sec-WebSocket-Protocol: "A"'],
  [checks.subprotocolAmong(['a', 'b']), protocol('a, b'), 'Sec-WebSocket-Protocol: "a, b"'],
  [checks.subprotocolAmong(['a']), protocol('a', 'a'), 'Sec-WebSocket-Protocol: "a" and "a"'],
  [checks.extensionsAmong(['a']), extensions('a; x=1')],
  [checks.extensionsAmong(['a']), extensions('b'), 'Sec-WebSocket-Extensions: "b"'],
  [checks.extensionsAmong([]), ok],
  [checks.extensionsAmong([]), extensions(''), 'Sec-WebSocket-Extensions: none'],
  [checks.deflateDeclined, ok],
  [
    checks.deflateDeclined,
    extensions('permessage-deflate'),
    'permessage-deflate agreed on an offer that has to be declined',
  ],
  [checks.errorStatus, refusing('400 Bad Request')],
  [checks.errorStatus, refusing('302 Found'), 'HTTP/1.1 302 Found'],
  [checks.errorStatus, refusing('no status'), 'HTTP/1.1 no status'],
  [checks.listsVersion13, refusing('426 No', 'Sec-WebSocket-Version: 8, 13')],
  [checks.listsVersion13, refusing('426 No'), 'Sec-WebSocket-Version: none'],
  [checks.headerOfStatus(405, 'Allow', reference), refusing('405 No', 'allow: GET')],
  [checks.headerOfStatus(405, 'Allow', reference), refusing('400 No')],
  [
    checks.headerOfStatus(405, 'Allow', reference),
    refusing('405 No'),
    'HTTP/1.1 405 No without Allow',
  ],
];
for (const [rule, response, observed] of examples) {
  test(`${rule.rule}: ${response.join(' | ')} is ${observed ?? 'fine'}`, () => {
    assert.equal(found(rule, record([], response))?.observed, observed);
  });
}

test('what is expected of a subprotocol or an extension depends on the offer', () => {
  assert.deepEqual(
    [
      ...[[], ['a']].map((offered) => checks.subprotocolAmong(offered).expected),
      ...[[], ['a']].map((offered) => checks.extensionsAmong(offered).expected),
    ],
    [
      ...['no Sec-WebSocket-Protocol', 'one offered subprotocol or none'],
      ...['no Sec-WebSocket-Extensions', 'only offered extensions'],
    ],
  );
});

test('headers that may stand once are found if they stand twice', () => {
  const { singularHeaders } = checks;
  assert.equal(found(singularHeaders, record([], ok)), undefined);
  const twice = found(singularHeaders, record([], [...ok, 'upgrade: websocket']));
  assert.deepEqual(twice?.seen, 'Upgrade twice');
});

/** A refusal, and what the server sends after its head. */
function refused(head: string, body: string, end?: 'fin' | 'rst'): Timeline {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  recorder.bytes('server', Buffer.from(`${head}\r\n\r\n${body}`));
  if (end) recorder.end(end, 'server');
  return recorder.timeline();
}
const refusal = 'HTTP/1.1 400 No';

test('an answer to a frame, or a 101, after a refusal is found where it stands', () => {
  const echo = found(checks.noEchoAfterRefusal('secret'), refused(refusal, 'a secret'));
  const start = refusal.length + 4;
  assert.deepEqual(echo?.at, { from: 'server', offset: start + 2, length: 6 });
  const late = found(checks.noSwitchAfterRefusal, refused(refusal, 'x HTTP/1.1 101 Late'));
  assert.deepEqual(late?.at, { from: 'server', offset: start + 2, length: 12 });
  const clean = refused(refusal, 'sorry');
  assert.equal(found(checks.noEchoAfterRefusal('secret'), clean), undefined);
  assert.equal(found(checks.noSwitchAfterRefusal, clean), undefined);
});

test('a response with the close option is followed by the end of the connection', () => {
  const closing = `${refusal}\r\nConnection: x, Close`;
  const rule = checks.closeOptionKept;
  assert.match(found(rule, refused(closing, ''))!.observed, /stays open$/);
  assert.equal(found(rule, refused(closing, '', 'fin')), undefined);
  assert.equal(found(rule, refused(closing, '', 'rst')), undefined);
  assert.equal(found(rule, refused(refusal, '')), undefined);
  assert.equal(found(rule, { transport: 'tcp', entries: [] }), undefined);
});

test('without a response there is nothing to find', () => {
  const nothing: Timeline = { transport: 'tcp', entries: [] };
  for (const rule of [checks.statusLine, checks.errorStatus, checks.deflateDeclined]) {
    assert.equal(found(rule, nothing), undefined);
  }
});
