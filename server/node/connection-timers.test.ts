import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patience } from './connection-timers.ts';
import { readLimits } from './options.ts';

const limits = readLimits({ idleTimeout: 100, closeTimeout: 50, stallTimeout: 30 });

test('a silent peer is pinged at half of idleTimeout, and given up after the other half', () => {
  const patience = new Patience(0);
  const due = (now: number) => patience.due(limits, now, 'open', true, 0);
  assert.deepEqual([49, 50, 51, 99, 100].map(due), [
    undefined,
    'ping',
    undefined,
    undefined,
    'idle-timeout',
  ]);
});

test('a sign of life begins the wait anew', () => {
  const patience = new Patience(0);
  const due = (now: number) => patience.due(limits, now, 'open', true, 0);
  assert.equal(due(50), 'ping');
  patience.renew(60);
  assert.deepEqual([109, 110, 160].map(due), [undefined, 'ping', 'idle-timeout']);
});

test('a peer that is not read cannot show that it lives, and is not asked to', () => {
  assert.equal(new Patience(0).due(limits, 1000, 'open', false, 0), undefined);
});

test('idleTimeout 0 waits for ever', () => {
  const endless = readLimits({ idleTimeout: 0 });
  assert.equal(new Patience(0).due(endless, 1e9, 'open', true, 0), undefined);
});

test('a peer that takes nothing is a slow reader after stallTimeout; one that takes little is not', () => {
  const patience = new Patience(0);
  const due = (now: number, buffered: number) => patience.due(limits, now, 'open', false, buffered);
  assert.equal(due(10, 500), undefined);
  assert.equal(due(35, 499), undefined);
  assert.equal(due(60, 499), undefined);
  assert.equal(due(65, 499), 'slow-reader');
});

test('a peer that owes its Close frame, or the end of the connection, has closeTimeout', () => {
  for (const state of ['closeSent', 'closeReceived', 'closed'] as const) {
    assert.equal(new Patience(0).due(limits, 49, state, true, 0), undefined);
    assert.equal(new Patience(0).due(limits, 50, state, true, 500), 'close-timeout');
  }
});
