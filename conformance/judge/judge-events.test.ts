import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, type Expectation, echoOf, observed, pongOf } from '../format/expectation.ts';
import { alivePayload } from '../format/liveness.ts';
import { close, ping, pong, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { alive, client, fin, record, type Said, server, timeout } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { findInEvents } from './judge-events.ts';

function find(expect: Expectation, said: readonly Said[], echo = true) {
  const conversation = readConversation(record(said));
  return findInEvents(madeCase({ expect }), conversation, { role: 'server', echo });
}
const echo = answered([echoOf(text('a'))]);

test('the events that are expected, in their order, break nothing', () => {
  assert.equal(find(echo, [client(text('a')), server(text('a'))]), undefined);
  assert.equal(find(observed(), [server(text('x'))]), undefined);
});

test('another event than the next one is wrong at the first octet that differs', () => {
  const expect = answered([echoOf(text('abc'))]);
  const found = find(expect, [client(text('abc')), server(text('axc'))]);
  assert.deepEqual([found?.rule.name, found?.seen], ['wrong-answer', 'another text']);
  assert.deepEqual(found?.at?.length, 1);
  const shorter = find(expect, [client(text('abc')), server(text('ab'))]);
  assert.ok(shorter!.at!.length > 1, 'the frame as a whole');
});

test('a second echo is unexpected', () => {
  const found = find(echo, [client(text('a')), server(text('a')), server(text('a'))]);
  assert.deepEqual([found?.rule.name, found?.seen], ['unexpected-answer', 'a text']);
});

test('a message of the target is no answer, and no fault where the answers come', () => {
  const welcome = server(text('welcome'));
  assert.equal(find(echo, [welcome, client(text('a')), server(text('a'))]), undefined);
  assert.equal(find(echo, [client(text('a')), welcome, server(text('a'))]), undefined);
  assert.equal(find(echo, [client(text('a')), server(text('a')), welcome]), undefined);
  const found = find(echo, [client(text('a')), welcome, timeout]);
  assert.deepEqual([found?.rule.name, found?.observed], ['wrong-answer', 'text "welcome"']);
  // Even an echo is none before the question.
  assert.equal(
    find(echo, [server(text('a')), client(text('a')), timeout])?.rule.name,
    'missing-answer',
  );
});

test('messages of a target that does not echo are not compared', () => {
  assert.equal(find(answered([]), [server(text('x'))], false), undefined);
});

test('a pong that comes after the echo of a later message is late', () => {
  const expect = answered([pongOf('p'), echoOf(text('a'))]);
  const said = [client(ping('p')), client(text('a')), server(text('a')), server(pong('p'))];
  assert.equal(find(expect, said)?.rule.name, 'late-pong');
});

const missing: readonly (readonly [said: readonly Said[], seen: string])[] = [
  [[timeout], 'no answer in time'],
  [[fin], 'FIN without Close'],
  [[server(close(1001)), fin], 'Close 1001'],
  [[server(close()), fin], 'Close without a code'],
];
for (const [said, seen] of missing) {
  test(`an answer that is missing is seen as: ${seen}`, () => {
    const found = find(echo, [client(text('a')), ...said]);
    assert.deepEqual([found?.rule.name, found?.seen], ['missing-answer', seen]);
  });
}

test('answers that came do not make up for the one that is missing', () => {
  const both = answered([echoOf(text('a')), echoOf(text('b'))]);
  const found = find(both, [client(text('a')), server(text('a')), client(text('b')), timeout]);
  assert.deepEqual([found?.rule.name, found?.expected], ['missing-answer', 'text "b"']);
  const withPong = answered([pongOf('p'), echoOf(text('b'))]);
  const said = [client(ping('p')), server(pong('p')), client(text('b')), timeout];
  assert.equal(find(withPong, said)?.expected, 'text "b"');
});

test('without a sign of life nothing else is judged', () => {
  const asked = [client(text(alivePayload)), timeout];
  assert.equal(find(echo, asked)?.rule.name, 'not-alive');
  // Any outcome is allowed, but the target has to have shown life.
  assert.equal(find(observed(), asked), undefined);
  assert.equal(find(observed(), alive), undefined);
});
