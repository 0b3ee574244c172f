import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainRequest, plainResponse } from '../format/handshake.ts';
import { record } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { extensionChecks } from './extension-checks.ts';

const header = (value: string) => (value === '' ? [] : [`Sec-WebSocket-Extensions: ${value}`]);
const exchange = (offer: string, answer: string) =>
  readConversation(
    record([], [...plainResponse, ...header(answer)], [...plainRequest, ...header(offer)]),
  );
const broken = (offer: string, answer: string) =>
  extensionChecks.flatMap((rule) => rule.find(exchange(offer, answer), 'server')?.observed ?? []);

const deflate = 'permessage-deflate';
const answers: readonly (readonly [offer: string, answer: string, ...observed: string[]])[] = [
  ['', ''],
  [deflate, ''],
  ['', 'x-other', 'x-other, which was not offered'],
  [deflate, deflate],
  [deflate, `${deflate}, ${deflate}`, 'permessage-deflate twice'],
  [deflate, `${deflate}; server_no_context_takeover; client_no_context_takeover`],
  [
    deflate,
    `${deflate}; server_no_context_takeover=1`,
    'server_no_context_takeover=1, which takes no value',
  ],
  [
    deflate,
    `${deflate}; server_no_context_takeover; server_no_context_takeover`,
    'a parameter twice',
  ],
  [deflate, `${deflate}; level=9`, 'level=9, which is no parameter of it'],
  [
    deflate,
    `${deflate}; client_max_window_bits=10`,
    'client_max_window_bits=10, which was not offered',
  ],
  [`${deflate}; client_max_window_bits`, `${deflate}; client_max_window_bits=10`],
  [
    `${deflate}; client_max_window_bits=9`,
    `${deflate}; client_max_window_bits=10`,
    'client_max_window_bits=10, beyond the 9 that were asked for',
  ],
  [deflate, `${deflate}; server_max_window_bits=8`],
  [deflate, `${deflate}; server_max_window_bits=16`, 'server_max_window_bits=16, not 8 to 15'],
  [deflate, `${deflate}; server_max_window_bits`, 'server_max_window_bits, not 8 to 15'],
  [`${deflate}; server_no_context_takeover`, deflate, 'server_no_context_takeover not granted'],
  [`${deflate}; server_max_window_bits=10`, deflate, 'server_max_window_bits not granted'],
  [`${deflate}; server_max_window_bits=15`, deflate],
  // One of several offers has to allow the answer; of the faults, that of the first is shown.
  [`${deflate}; server_max_window_bits=10, ${deflate}`, deflate],
  [
    `${deflate}; server_max_window_bits=10, ${deflate}; server_no_context_takeover`,
    deflate,
    'server_max_window_bits not granted',
  ],
];
for (const [offer, answer, ...observed] of answers) {
  test(`the offer "${offer}" and the answer "${answer}" break ${observed.join() || 'no rule'}`, () => {
    assert.deepEqual(broken(offer, answer), observed);
  });
}

test('an answer is not held against a client, and without a request there is none', () => {
  const conversation = exchange('', 'x-other');
  const { client } = conversation;
  for (const rule of extensionChecks) {
    assert.equal(rule.find(conversation, 'client'), undefined);
    const headless = { ...conversation, client: { ...client, head: undefined } };
    assert.equal(rule.find(headless, 'server'), undefined);
  }
});
