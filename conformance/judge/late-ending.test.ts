/**
 * An end of the conversation that came late: how it is reported, and what does not count as late.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered } from '../format/expectation.ts';
import { close, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { client, fin, record, type Said, server } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { judge } from './judge.ts';
import { delayOfLateClose } from './late-ending.ts';

const echoCase = madeCase({
  steps: [text('hello')],
  expect: answered([{ kind: 'text', payload: 'hello' }]),
});
const echo = [client(text('hello')), server(text('hello'))];

/** @param times in ms, of the request, of the response, and of each that was said */
function judgedAt(said: readonly Said[], times: readonly number[]) {
  const timeline = record(said);
  assert.equal(times.length, timeline.entries.length);
  const entries = timeline.entries.map((entry, index) => ({ ...entry, at: times[index]! }));
  return judge(echoCase, { ...timeline, entries }, { role: 'server', echo: true });
}

const closed = (code: number) => [...echo, client(close(1000)), server(close(code)), fin];

test('a Close that answers late is warned of, with its delay', () => {
  const { verdict, rule, observed } = judgedAt(closed(1000), [0, 1, 2, 3, 4, 8004, 8005]);
  assert.deepEqual([verdict, rule], ['warn', 'late-close']);
  assert.equal(observed, 'Close 1000 8.0 s after the Close it answers, then FIN');
});

test('a Close with another code after a long silence answers nothing', () => {
  const { verdict, rule, observed } = judgedAt(closed(1001), [0, 1, 2, 3, 4, 30_004, 30_005]);
  assert.deepEqual([verdict, rule], ['fail', 'no-close-frame']);
  assert.equal(observed, 'Close 1001 30.0 s after the Close it answers, then FIN');
});

test('a target that sends what it owes meanwhile is busy, not late', () => {
  const said = [client(text('hello')), client(close(1000)), server(text('hello'))];
  const times = [0, 1, 2, 3, 9000, 9001, 9002];
  assert.equal(judgedAt([...said, server(close(1000)), fin], times).verdict, 'pass');
});

test('late is measured by how long the target takes for a handshake', () => {
  const times = [0, 2500, 2501, 5000, 5001, 13_000, 13_001];
  assert.equal(judgedAt(closed(1000), times).verdict, 'pass');
});

test('TCP that ends long after both Closes was left open', () => {
  const { verdict, rule, observed } = judgedAt(closed(1000), [0, 1, 2, 3, 4, 5, 10_005]);
  assert.deepEqual([verdict, rule], ['fail', 'tcp-left-open']);
  assert.equal(observed, 'Close 1000, then FIN 10.0 s later');
});

test('a Close that is the first frame of its side is timed from the Close it answers', () => {
  const timeline = record([client(close(1000)), server(close(1000)), fin]);
  const times = [0, 1, 2, 9002, 9003];
  const entries = timeline.entries.map((entry, index) => ({ ...entry, at: times[index]! }));
  const conversation = readConversation({ ...timeline, entries });
  assert.equal(delayOfLateClose(conversation, 'server'), 9000);
  // Without the time of a handshake the shortest delay alone decides.
  const headless = { ...conversation, client: { ...conversation.client, head: undefined } };
  assert.equal(delayOfLateClose(headless, 'server'), 9000);
});
