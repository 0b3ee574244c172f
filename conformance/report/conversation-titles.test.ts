import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conversationTitles, shownConversation } from './conversation-titles.ts';

const before = { name: 'before' } as const;
const main = { name: 'main' } as const;
const aftermath = { name: 'aftermath' } as const;

test('conversations of a case that is held once have their names, numbered if there are several', () => {
  assert.deepEqual(conversationTitles([main]), ['main']);
  assert.deepEqual(conversationTitles([before, main, aftermath]), ['before', 'main', 'aftermath']);
  assert.deepEqual(conversationTitles([before, before, main]), ['before 1', 'before 2', 'main']);
});

test('conversations of a repeated case have the number of their round', () => {
  const held = [
    { ...before, round: 1 },
    { name: 'round', round: 1 },
    { ...before, round: 7 },
    { ...main, round: 7 },
  ] as const;
  const titles = ['before, round 1', 'round 1', 'before, round 7', 'main, round 7'];
  assert.deepEqual(conversationTitles(held), titles);
});

test('the main conversation is shown, or the fresh one if it was not served', () => {
  assert.equal(shownConversation([before, main, aftermath], 'target-ended'), 1);
  assert.equal(shownConversation([before, main, aftermath], 'no-longer-served'), 2);
  assert.equal(shownConversation([before, main], 'no-longer-served'), 1);
  assert.equal(shownConversation([], 'rule'), -1);
});
