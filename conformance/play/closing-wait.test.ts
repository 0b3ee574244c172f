import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LearnedClosingWait } from './closing-wait.ts';

const miss = (wait: LearnedClosingWait, times: number) => {
  for (let turn = 0; turn < times; turn += 1) wait.take('the end of TCP', false);
};

test('a sign that never comes is waited for a shorter time, the other as long as before', () => {
  const wait = new LearnedClosingWait(1000);
  miss(wait, 9);
  assert.equal(wait.timeoutFor('the end of TCP', 5000), 5000);
  miss(wait, 1);
  assert.equal(wait.timeoutFor('the end of TCP', 5000), 1000);
  assert.equal(wait.timeoutFor('the end of TCP', 300), 300);
  assert.equal(wait.timeoutFor('a Close frame', 5000), 5000);
});

test('one that has come once is waited for in full, however often it does not come', () => {
  const wait = new LearnedClosingWait(1000);
  miss(wait, 10);
  wait.take('the end of TCP', true);
  assert.equal(wait.timeoutFor('the end of TCP', 5000), 5000);
  miss(wait, 20);
  assert.equal(wait.timeoutFor('the end of TCP', 5000), 5000);
});
