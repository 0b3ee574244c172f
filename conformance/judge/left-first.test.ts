import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applicationMessage } from '../format/application-message.ts';
import { accepted, answered, closed, failed, orRefused } from '../format/expectation.ts';
import { plainRequest } from '../format/handshake.ts';
import { alivePayload } from '../format/liveness.ts';
import { close, ping, pong, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import {
  alive,
  bad,
  client,
  fin,
  judged,
  probed,
  record,
  type Said,
  server,
  timeout,
} from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import type { BytesEntry, TimelineEntry } from '../wire/timeline.ts';
import { judge } from './judge.ts';
import { findLeftFirst } from './left-first.ts';

const steps = [text('bad', { rsv3: true })];
const asked = client(text(alivePayload));
const byItself = [server(close(1000)), fin];

/** When the target closed by itself, and what that says where it had to fail the connection. */
const moments: readonly (readonly [string, readonly Said[], string, string])[] = [
  ['before anything was asked', [...byItself], 'error', 'left-first'],
  ['with an error before anything was asked', [server(close(1008)), fin], 'error', 'left-first'],
  ['before it showed life', [asked, ...byItself], 'error', 'left-first'],
  ['between its sign of life and the bad frame', [...alive, ...byItself], 'error', 'left-first'],
  ['as the bad frame was on its way', [...alive, server(close()), bad, fin], 'error', 'left-first'],
  ['over the sign of life', [asked, server(close(1002)), fin], 'fail', 'not-alive'],
  ['after the bad frame', [...alive, bad, ...byItself], 'fail', 'wrong-close-code'],
];

for (const [when, said, verdict, rule] of moments) {
  test(`a target that closes ${when} is ${verdict}`, () => {
    const judgement = judged(failed(1002), said, { steps });
    assert.deepEqual([judgement.verdict, judgement.rule], [verdict, rule]);
  });
}

test('a request that may be refused may be answered by a 101 and a Close', () => {
  const { verdict, rule } = judged(orRefused(accepted()), byItself, { steps: [] });
  assert.deepEqual([verdict, rule], ['info', 'left-first']);
});

test('a target that leaves a case without the header that it wants is not judged', () => {
  const handshake = { request: { fields: [['Sec-WebSocket-Protocol', 'chat']] } } as const;
  const testCase = madeCase({ handshake, steps, expect: failed(1002) });
  const target = { role: 'server', echo: true, headers: ['sec-websocket-protocol'] } as const;
  const { verdict, observed } = judge(testCase, record([asked, ...byItself]), target);
  assert.equal(verdict, 'skip');
  assert.match(observed, /, without the sec-websocket-protocol that the options give$/);
});

const pinged = [server(ping('and you?')), client(pong('and you?'))];

const pingedMoments: readonly (readonly [string, readonly Said[], string])[] = [
  ['anything was asked', [...pinged, ...byItself], 'left-first'],
  ['it showed life', [...pinged, asked, ...byItself], 'left-first'],
  ['the bad frame', [...alive, ...pinged, ...pinged, ...byItself], 'left-first'],
  ['the bad frame, pinged at once', [...pinged, ...alive, ...pinged, ...byItself], 'left-first'],
];

for (const [when, said, rule] of pingedMoments) {
  test(`a pong that it asked for provokes no target that closes before ${when}`, () => {
    assert.equal(judged(failed(1002), said, { steps }).rule, rule);
  });
}

test('a pong that the case sends does provoke', () => {
  const provoked = [...alive, client(pong('unasked')), ...byItself];
  assert.equal(judged(failed(1002), provoked, { steps }).rule, 'wrong-close-code');
});

test('a frame that is accepted is named, whatever pongs stand around it', () => {
  const said = [...pinged, ...alive, ...pinged, bad, ...pinged, ...probed, ...pinged, timeout];
  const { at } = judged(failed(1002), said, { steps });
  const { client: peer } = readConversation(record(said));
  const provocation = peer.frames.find(({ rsv3 }) => rsv3)!;
  assert.deepEqual([at?.from, at?.offset], ['client', provocation.offset]);
});

test('the same holds of a client, and before the Close that it had to answer', () => {
  const proof = [server(text(alivePayload)), client(text(alivePayload))];
  const left = [...proof, client(close(1000)), server(close(1000)), fin];
  const options = { steps: [close(1000)], role: 'client' } as const;
  assert.equal(judged(closed(1000), left, options).rule, 'left-first');
  const answer = [...proof, server(close(1000)), client(close(1000)), fin];
  assert.notEqual(judged(closed(1000), answer, options).rule, 'left-first');
});

test('what a target sent wrongly stays wrong, whichever side left first', () => {
  const twice = [...alive, server(close(1000)), server(close(1000)), fin];
  const { verdict, rule } = judged(failed(1002), twice, { steps });
  assert.deepEqual([verdict, rule], ['fail', 'frame-after-close']);
});

test('a case without steps has nothing that could be asked too late', () => {
  assert.notEqual(judged(closed(1000), [...alive, server(close(1000)), fin]).rule, 'left-first');
  const silent = judged(answered([]), [...alive, timeout], { steps });
  assert.notEqual(silent.rule, 'left-first');
});

test('a server that closes before the request is whole was asked for nothing yet', () => {
  const whole = record(byItself);
  const [request, ...others] = whole.entries as [BytesEntry, ...BytesEntry[]];
  const cut = { ...request, bytes: request.bytes.subarray(0, 20) };
  const timeline = { ...whole, entries: [cut, ...others] };
  const testCase = madeCase({ steps, expect: failed(1002) });
  const conversation = readConversation(timeline);
  assert.equal(
    findLeftFirst(testCase, timeline, conversation, { role: 'server', echo: true }),
    undefined,
  );
});

test('what is no bytes in a timeline does not count as written', () => {
  const whole = record(byItself);
  const [request, response, ...others] = whole.entries as readonly TimelineEntry[];
  const waited = { kind: 'timeout', at: 1, waitingFor: 'a message' } as const;
  const timeline = { ...whole, entries: [request!, response!, waited, ...others] };
  const testCase = madeCase({ steps, expect: failed(1002) });
  const found = findLeftFirst(testCase, timeline, readConversation(timeline), {
    role: 'server',
    echo: true,
  });
  assert.match(found!, /the target closed by itself/);
});

test('a target that closes a connection without a header that the user gives is not judged', () => {
  const testCase = madeCase({
    handshake: { request: { subprotocols: ['chat'] } },
    steps,
    expect: failed(1002),
  });
  const verdictOf = (headers: readonly string[]) =>
    judge(testCase, record(byItself), { role: 'server', echo: true, headers }).verdict;
  assert.equal(verdictOf(['Sec-WebSocket-Protocol']), 'skip');
  assert.equal(verdictOf(['Cookie']), 'error');
});

test('a Close after a body, or after frames of the segment of the handshake, is judged', () => {
  const init = applicationMessage(Buffer.from('init'));
  const target = { role: 'server', echo: true, inits: [init] } as const;
  const coalesced = madeCase({ handshake: { coalesced: true }, steps, expect: failed(1002) });
  const sent = [client(steps[0]!), server(close(1002)), fin];
  assert.equal(judge(coalesced, record(sent), target).verdict, 'pass');
  const body = madeCase({
    handshake: { request: { lines: plainRequest, body: 'frames?' } },
    steps,
    expect: failed(1002),
  });
  const closed = [client(text('init')), server(close(1002)), fin];
  assert.notEqual(judge(body, record(closed), target).rule, 'left-first');
});
