import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accepted,
  answered,
  closed,
  type Expectation,
  echoOf,
  failed,
  failedOrDropped,
  gone,
  observed,
  optional,
  orRefused,
  pending,
  pongOf,
  refused,
  unopened,
} from '../format/expectation.ts';
import { probePayload } from '../format/liveness.ts';
import { binary, close, pong, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { client, fin, record, rst, type Said, server, timeout } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import {
  describeCodes,
  describeEnding,
  describeEvent,
  describeExpectation,
  describeHead,
  describeHowTcpEnded,
} from './sentences.ts';

const a = echoOf(text('a'));
const check = { kind: 'pingAnswered', payload: 'p' } as const;
const expectations: readonly (readonly [expect: Expectation, words: string])[] = [
  [answered([a]), 'text "a", then a normal closing handshake'],
  [
    answered([a, a, a, a, a]),
    'text "a", then text "a", then text "a", then 2 more answers, then a normal closing handshake',
  ],
  [answered([optional(pongOf('x'))]), 'a normal closing handshake'],
  [accepted(check), 'a pong with "p"'],
  [closed([1000, 'none']), 'a Close with 1000 or no code in answer'],
  [failed(1002), 'the connection failed with 1002'],
  [failedOrDropped(1002), 'the connection failed with 1002, or dropped'],
  [pending(), 'no answer'],
  [pending(1002), 'no answer, or the connection failed with 1002'],
  [refused(), 'the handshake refused'],
  [refused([400, 426]), 'the handshake refused with 400 or 426'],
  [orRefused(answered([])), 'the handshake refused, or a normal closing handshake'],
  [gone(), 'the end of TCP'],
  [unopened([]), 'no connection'],
  [observed(), 'any outcome: no document decides'],
];
for (const [expect, words] of expectations) {
  test(`the expectation "${words}" is in words`, () => {
    assert.equal(describeExpectation(madeCase({ expect })), words);
  });
}

test('a client that its program closes is not asked for an answer', () => {
  const driven = madeCase({ expect: closed(1000), script: [] });
  assert.equal(describeExpectation(driven), 'a Close with 1000');
});

test('codes, and events with text or bytes, are in words', () => {
  assert.equal(describeCodes([1000, 'none']), '1000 or no code');
  assert.equal(describeEvent({ kind: 'text', payload: Buffer.from('ü') }), 'text "ü"');
  assert.equal(describeEvent(echoOf(binary(Uint8Array.of(0xff)))), 'binary <ff>');
});

const endings: readonly (readonly [said: readonly Said[], words: string])[] = [
  [[server(close(1000)), fin], 'Close 1000, then FIN'],
  [[server(close()), rst], 'Close without a code, then RST'],
  [[fin], 'FIN without Close'],
  [[rst], 'RST without Close'],
  [[timeout], 'timeout: a Close frame did not come'],
  [[], 'still open'],
  [
    [server(pong(probePayload)), timeout],
    'a Pong to the Ping that asked whether it is still there, then timeout: a Close frame did not come',
  ],
];
for (const [said, words] of endings) {
  test(`the ending "${words}" is in words`, () => {
    assert.equal(describeEnding(readConversation(record(said)), 'server'), words);
  });
}

test('a delay that a person notices is part of the words', () => {
  const timeline = record([client(close(1000)), server(close(1000)), fin]);
  const at = (times: readonly number[]) => {
    const entries = timeline.entries.map((entry, index) => ({ ...entry, at: times[index]! }));
    return describeEnding(readConversation({ ...timeline, entries }), 'server');
  };
  assert.equal(at([0, 0, 0, 999, 1998]), 'Close 1000, then FIN');
  assert.equal(
    at([0, 0, 0, 1500, 4000]),
    'Close 1000 1.5 s after the Close it answers, then FIN 2.5 s later',
  );
});

test('a side that sent too much has the limit in its words', () => {
  const { entries, transport } = record([]);
  const overflow = { kind: 'overflow', from: 'server', at: 1, limit: '4 MiB' } as const;
  const conversation = readConversation({ transport, entries: [...entries, overflow] });
  assert.equal(describeHowTcpEnded(conversation, 'server'), 'more than 4 MiB without an end');
});

test('a head is its start line; of a 101 that opens nothing, its Upgrade, too', () => {
  const head = (...response: string[]) => describeHead(readConversation(record([], response)));
  assert.equal(head('HTTP/1.1 400 "No"'), 'HTTP/1.1 400 \\"No\\"');
  assert.equal(head('HTTP/1.1 101 Ok', 'Upgrade: websocket'), 'HTTP/1.1 101 Ok');
  assert.equal(head('HTTP/1.1 101 Ok'), 'HTTP/1.1 101 Ok with no Upgrade');
  assert.equal(head('HTTP/1.1 101 Ok', 'Upgrade: h2c'), 'HTTP/1.1 101 Ok with Upgrade: h2c');
  assert.equal(head(), 'no response to the handshake');
  const nothing = readConversation({ transport: 'tcp', entries: [] });
  assert.equal(describeHead(nothing), 'no handshake was begun');
});
