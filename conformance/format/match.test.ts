import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExpectedEvent, optional, pongOf } from './expectation.ts';
import { matchEvents, type ObservedEvent } from './match.ts';

const textOf = (payload: string): ExpectedEvent => ({ kind: 'text', payload });
const seen = (kind: ObservedEvent['kind'], payload: string): ObservedEvent => ({
  kind,
  payload: Buffer.from(payload),
});

test('waits for what must come and is complete when it has', () => {
  const expected = [textOf('a'), pongOf('b')];
  assert.deepEqual(matchEvents(expected, []), { state: 'waiting', next: expected[0] });
  assert.deepEqual(matchEvents(expected, [seen('text', 'a')]), {
    state: 'waiting',
    next: expected[1],
  });
  assert.deepEqual(matchEvents(expected, [seen('text', 'a'), seen('pong', 'b')]), {
    state: 'complete',
  });
});

test('order, kind, content and surplus all count', () => {
  const expected = [textOf('a'), pongOf('b')];
  for (const [observed, index] of [
    [[seen('pong', 'a')], 0],
    [[seen('binary', 'a')], 0],
    [[seen('text', 'A')], 0],
    [[seen('text', 'a'), seen('pong', 'b'), seen('pong', 'b')], 2],
  ] as const) {
    const match = matchEvents(expected, observed);
    assert.equal(match.state, 'mismatch');
    assert.equal(match.state === 'mismatch' && match.index, index);
  }
});

test('a pong may overtake a message; one that is overtaken is late', () => {
  const pongLast = [textOf('a'), textOf('b'), pongOf('c')];
  const early = [seen('pong', 'c'), seen('text', 'a'), seen('text', 'b')];
  assert.deepEqual(matchEvents(pongLast, early), { state: 'complete' });
  assert.deepEqual(matchEvents(pongLast, early.slice(0, 2)), {
    state: 'waiting',
    next: pongLast[1],
  });
  const pongFirst = [pongOf('c'), textOf('a'), textOf('b')];
  const pongLater = [seen('text', 'a'), seen('pong', 'c'), seen('text', 'b')];
  assert.deepEqual(matchEvents(pongFirst, pongLater), { state: 'complete', late: pongFirst[0] });
  assert.deepEqual(matchEvents(pongFirst, [seen('text', 'a')]), {
    state: 'waiting',
    next: pongFirst[0],
  });
  const between = [textOf('a'), pongOf('c'), textOf('b')];
  assert.deepEqual(matchEvents(between, pongLater), { state: 'complete' });
});

test('optional events may be left out, and count when they come', () => {
  const expected = [optional(textOf('a')), optional(textOf('b')), textOf('c')];
  assert.equal(matchEvents(expected, [seen('text', 'c')]).state, 'complete');
  assert.equal(matchEvents(expected, [seen('text', 'b'), seen('text', 'c')]).state, 'complete');
  assert.equal(matchEvents(expected, [seen('text', 'b'), seen('text', 'a')]).state, 'mismatch');
  assert.equal(matchEvents([optional(textOf('a'))], []).state, 'complete');
});
