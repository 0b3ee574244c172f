import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { answered, type Expectation, orRefused, refused } from '../format/expectation.ts';
import { plainResponse } from '../format/handshake.ts';
import { caseRule } from '../format/rule.ts';
import { type Item, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { record, server } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import type { Side } from '../wire/timeline.ts';
import { findOverflow } from './judge-overflow.ts';
import type { Violation } from './violation.ts';

function find({
  items = [] as readonly Item[],
  response = plainResponse as readonly string[],
  expect = answered([]) as Expectation,
  at = undefined as number | undefined,
  side = 'server' as Side,
  isFlood = true,
} = {}) {
  const timeline = record(items.map(server), response);
  const overflow = { kind: 'overflow', from: 'server', at: 9, limit: '4 MiB' } as const;
  const entries = isFlood ? [...timeline.entries, overflow] : timeline.entries;
  const violation: Violation | undefined =
    at === undefined
      ? undefined
      : {
          rule: caseRule(madeCase()),
          where: 'frames',
          observed: 'x',
          at: { from: side, offset: at, length: 1 },
        };
  const conversation = readConversation({ ...timeline, entries });
  return findOverflow(madeCase({ expect }), conversation, 'server', violation);
}
const notJudged = 'not judged: the server sent more than 4 MiB that nothing asked for';

test('a target that sent no more than it may is judged', () => {
  assert.equal(find({ isFlood: false }), undefined);
});

test('that something did not come from a target that floods is no verdict', () => {
  assert.equal(find(), notJudged);
  assert.equal(find({ at: 10, side: 'client' }), notJudged);
});

test('what the bytes of a target that floods break is broken', () => {
  assert.equal(find({ at: 10, items: [text('x')] }), undefined);
});

test('a compressed message that may be what was too much shows nothing', () => {
  const payload = deflateRawSync('x', { finishFlush: 2 }).subarray(0, -4);
  const response = [...plainResponse, 'Sec-WebSocket-Extensions: permessage-deflate'];
  const items = [text(payload, { rsv1: true })];
  assert.equal(find({ at: 10_000, items, response }), notJudged);
  assert.equal(find({ at: 1, items, response }), undefined);
});

test('a refusal with an endless body is a refusal, if the case allows one', () => {
  const response = ['HTTP/1.1 400 No'];
  assert.equal(find({ response, expect: refused() }), undefined);
  assert.equal(find({ response, expect: orRefused(answered([])) }), undefined);
  assert.equal(find({ response }), notJudged);
  assert.equal(find({ response: [], expect: refused() }), notJudged);
});
