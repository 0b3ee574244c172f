import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationEvent } from '../wire/conversation.ts';
import { budgetOf } from './record-limit.ts';

const frames = (count: number) =>
  Array.from({ length: count }, () => ({ kind: 'frame' }) as ConversationEvent);

test('a budget lasts for exactly as many octets as its limit', () => {
  const budget = budgetOf({ octets: 1500, frames: 10 });
  assert.equal(budget.spend(1000, []), undefined);
  assert.equal(budget.spend(500, []), undefined);
  assert.equal(budget.spend(1, []), '1,500 bytes');
});

test('a budget lasts for exactly as many frames as its limit, other events aside', () => {
  const budget = budgetOf({ octets: 1500, frames: 2 });
  assert.equal(budget.mostAtOnce, 6);
  assert.equal(budget.spend(4, [...frames(2), { kind: 'fin', from: 'client', at: 0 }]), undefined);
  assert.equal(budget.mostAtOnce, 2);
  assert.equal(budget.spend(2, frames(1)), '2 frames');
});
