import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseConversation } from '../judge/judge-conversations.ts';
import type { Attempt, CaseResult } from '../results/case-result.ts';
import { recordResult } from '../results/results.ts';
import { loadTimeline, storeTimeline } from '../results/stored-timeline.ts';
import { madeCase } from '../testing/made-case.ts';
import { sampleTimeline } from '../testing/sample-run.ts';
import { bytesFrom, TimelineRecorder } from '../wire/timeline.ts';
import { redactAddresses, redactMessage, redactWords } from './redact-text.ts';
import { Redactor, redactorFor, redactorOfHead } from './redactor.ts';

test('an address keeps harmless values and no secrets', () => {
  for (const [address, shown] of [
    ['ws://h/a?token=secret', 'ws://h/a?token=***'],
    ['ws://h/a?room=5&api_key=x&lang=de', 'ws://h/a?room=5&api_key=***&lang=de'],
    ['ws://h/?code=1234#x', 'ws://h/?code=***#x'],
    ['ws://user:pass@h:1/', 'ws://***@h:1/'],
    ['ws://h/?x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'ws://h/?x=***'],
    ['ws://h/?x=550e8400-e29b-41d4-a716-446655440000', 'ws://h/?x=***'],
    ['see ws://h/?sig=a: no, ws://h/?page=2', 'see ws://h/?sig=*** no, ws://h/?page=2'],
    ['ws://h/runCase?case=1&agent=my-client-v2', 'ws://h/runCase?case=1&agent=my-client-v2'],
  ] as const) {
    assert.equal(redactAddresses(address), shown);
  }
});

test('a command keeps its words and no secrets', () => {
  const words = ['node', '/srv/app-2.1/server.js', '--port', '{port}', '--token', 'abc', '--key=x'];
  const more = ['PASSWORD=hunter2', '-H', 'Authorization: Bearer abc', 'ws://h/?token=a', '-v'];
  assert.deepEqual(redactWords([...words, ...more]), [
    ...['node', '/srv/app-2.1/server.js', '--port', '{port}', '--token', '***', '--key=***'],
    ...['PASSWORD=***', '-H', 'Authorization: ***', 'ws://h/?token=***', '-v'],
  ]);
  assert.deepEqual(
    redactWords(['--session', '--port', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a']),
    [...['--session', '--port', '***']],
  );
});

test('a message that quotes arguments contains no value of a secret header', () => {
  assert.equal(
    redactMessage("argument 'Cookie: a=b' is invalid: see --header 'Authorization: …'"),
    "argument 'Cookie: ***' is invalid: see --header 'Authorization: …'",
  );
});

test('a given secret is redacted wherever it occurs', () => {
  const redactor = redactorFor(
    new URL('ws://h/?token=s3cr%2Ft-value&n=1'),
    [
      ['Authorization', `Basic ${Buffer.from('me:open sesame').toString('base64')}`],
      ['Cookie', 'sid=0123456789; a=b'],
      ['Origin', 'https://harmless.test'],
    ],
    ['node', 'x.js', '--password', 'hunter22'],
  );
  for (const text of [
    ['text "s3cr/t-value"', 'text "***"'],
    ['Location: /?next=s3cr%2Ft-value', 'Location: /?next=***'],
    ['open sesame, hunter22, 0123456789', '***, ***, ***'],
    ['Cookie: sid=0123456789; a=b', 'Cookie: ***'],
    ['https://harmless.test/?n=1', 'https://harmless.test/?n=1'],
  ] as const) {
    assert.equal(redactor.text(text[0]), text[1]);
  }
});

test('a short secret is redacted as a whole word, a shorter one only after its name', () => {
  const redactor = redactorFor(new URL('ws://h/?token=pong&key=7'));
  const bytes = Buffer.from('GET /?token=pong&key=7 pongs pong 77');
  assert.ok(redactor.stream(bytes) > 0);
  assert.equal(bytes.toString(), 'GET /?token=****&key=* pongs **** 77');
  assert.equal(redactor.text('pongs pong 7'), 'pongs *** 7');
});

test('the secrets of a head are found by its fields', () => {
  const head = Buffer.from(
    'GET /?jwt=abcdef.ghi&room=1 HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n' +
      'X-Api-Key: k1k2k3k4\r\nCookie: a=first; b=second\r\n\r\n',
  );
  redactorOfHead(head).stream(head);
  assert.equal(
    head.toString(),
    'GET /?jwt=**********&room=1 HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n' +
      'X-Api-Key: ********\r\nCookie: *****************\r\n\r\n',
  );
  const response = Buffer.from('HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="a room"\r\n\r\n');
  assert.ok(redactorOfHead(response).isEmpty);
});

test('a token among the subprotocols is secret, and a name of a protocol is not', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';
  const names =
    'graphql-transport-ws, base64url.bearer.authorization.k8s.io, v12.stomp, wamp.2.json';
  const head = Buffer.from(`GET / HTTP/1.1\r\nSec-WebSocket-Protocol: ${names}, ${jwt}\r\n\r\n`);
  const redactor = redactorOfHead(head);
  redactor.stream(head);
  assert.equal(
    head.toString(),
    `GET / HTTP/1.1\r\nSec-WebSocket-Protocol: ${names}, ${'*'.repeat(jwt.length)}\r\n\r\n`,
  );
  const given = redactorFor(undefined, [['Sec-WebSocket-Protocol', `access_token, ${jwt}`]]);
  assert.equal(given.text(`access_token ${jwt}`), 'access_token ***');
});

test('a secret that one conversation shows is redacted in all of them', async () => {
  const cookie = 'Set-Cookie: id=s3cr3t-value';
  const before = new TimelineRecorder('tcp');
  before.bytes('server', Buffer.from(`HTTP/1.1 101 Switching Protocols\r\n${cookie}\r\n\r\n`));
  const conversations: CaseConversation[] = [
    { name: 'before', timeline: before.timeline() },
    { name: 'main', timeline: sampleTimeline(Buffer.from('your id is s3cr3t-value')) },
  ];
  const attempt: Attempt = {
    ...{ verdict: 'fail', rule: 'rule', expected: '', observed: 's3cr3t-value', duration: 1 },
    conversations: conversations.slice(1),
  };
  const result: CaseResult = {
    case: madeCase(),
    ...attempt,
    conversations,
    otherAttempts: [attempt],
  };
  const stored = JSON.stringify(await recordResult(result, { stranger: 'server' }));
  const streams = [...stored.matchAll(/"base64":"([^"]*)"/g)].map(([, base64]) =>
    Buffer.from(base64!, 'base64').toString('latin1'),
  );
  assert.equal(streams.length, 6);
  assert.doesNotMatch(streams.join('') + stored, /s3cr3t-value/);
});

test('a stored conversation is redacted in each frame, or truncated before a frame that cannot be', async () => {
  const timeline = sampleTimeline(Buffer.from('the token is s3cr3t-value'));
  const stored = await storeTimeline(timeline, { redactor: new Redactor(['s3cr3t-value']) });
  const loaded = loadTimeline(stored);
  assert.match(bytesFrom(loaded, 'server').toString('latin1'), /the token is \*{12}\x88/);
  // The client's frame is masked: only its decoded payload shows the secret.
  assert.match(bytesFrom(loaded, 'client').toString(), /^GET [\s\S]*\r\n\r\n$/);
  assert.ok(stored.leftOut!.client > 0);
  assert.equal(stored.redacted, true);
  const harmless = await storeTimeline(timeline, { redactor: new Redactor(['another-value']) });
  assert.deepEqual([harmless.leftOut, harmless.redacted], [undefined, undefined]);
});
