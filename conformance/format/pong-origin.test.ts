/** RFC 6455 §5.5.3: a heartbeat breaks no rule, and answers no ping. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { client, fin, judged, type Said, server, timeout } from '../testing/said.ts';
import { answered, pongOf } from './expectation.ts';
import { close, ping, pong } from './step.ts';

const asked = client(ping('p'));
const answer = server(pong('p'));
const beat = server(pong('beat'));
const numbered = (count: number) => server(pong(`${count}`));
const empty = server(pong());
const farewell = [client(close(1000)), server(close(1000)), fin];

const toOnePing: readonly (readonly [string, readonly Said[], string])[] = [
  ['heartbeats before, between and after', [beat, asked, beat, answer, beat, ...farewell], 'pass'],
  ['a heartbeat only after its ping', [asked, beat, answer, ...farewell], 'pass'],
  ['heartbeats that differ', [numbered(1), asked, numbered(2), answer, ...farewell], 'pass'],
  ['heartbeats alone', [beat, asked, beat, timeout], 'missing-answer'],
  ['heartbeats that differ alone', [numbered(1), asked, numbered(2), timeout], 'missing-answer'],
  ['another payload', [asked, server(pong('q')), timeout], 'wrong-answer'],
  ['two pongs', [asked, answer, answer, ...farewell], 'unexpected-answer'],
];

for (const [what, said, verdict] of toOnePing) {
  test(`a ping that gets ${what}: ${verdict}`, () => {
    const judgement = judged(answered([pongOf('p')]), said);
    assert.equal(judgement.verdict === 'fail' ? judgement.rule : judgement.verdict, verdict);
    if (verdict === 'wrong-answer') assert.match(judgement.observed, /pong "q"/);
  });
}

test('an empty heartbeat is no answer to an empty ping that is sent later', () => {
  const expected = answered([pongOf('')]);
  const asksLater = [empty, client(ping()), timeout];
  assert.equal(judged(expected, asksLater).rule, 'missing-answer');
  const repeated = [empty, client(ping()), empty, empty, ...farewell];
  assert.equal(judged(expected, repeated).verdict, 'pass');
});

test('a pong that answers a pong is no heartbeat', () => {
  const said = [client(pong('mine')), server(pong('mine')), ...farewell];
  assert.equal(judged(answered([]), said).rule, 'unexpected-answer');
});

test('a heartbeat may carry what a ping of the target carries', () => {
  const said = [server(ping('t')), client(pong('t')), server(pong('t')), ...farewell];
  assert.equal(judged(answered([]), said).verdict, 'pass');
});
