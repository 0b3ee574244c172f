import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionTimers } from './connection-timers.ts';
import { readLimits } from './options.ts';

const limits = readLimits({ idleTimeout: 100, closeTimeout: 50, stallTimeout: 30 });

test('a silent peer is pinged at half of idleTimeout and closed at the whole of it', () => {
  const timers = new ConnectionTimers(0);
  const due = (now: number) => timers.due(limits, now, 'open', true, 0);
  assert.deepEqual([49, 50, 51, 99, 100].map(due), [
    undefined,
    'ping',
    undefined,
    undefined,
    'idle-timeout',
  ]);
});

test('any byte from the peer restarts idleTimeout', () => {
  const timers = new ConnectionTimers(0);
  const due = (now: number) => timers.due(limits, now, 'open', true, 0);
  assert.equal(due(50), 'ping');
  timers.renew(60);
  assert.deepEqual([109, 110, 160].map(due), [undefined, 'ping', 'idle-timeout']);
});

test('idleTimeout does not run while the peer is not being read', () => {
  assert.equal(new ConnectionTimers(0).due(limits, 1000, 'open', false, 0), undefined);
});

test('idleTimeout 0 waits forever', () => {
  const endless = readLimits({ idleTimeout: 0 });
  assert.equal(new ConnectionTimers(0).due(endless, 1e9, 'open', true, 0), undefined);
});

test('a peer that reads nothing is a slow reader after stallTimeout; one that reads slowly is not', () => {
  const timers = new ConnectionTimers(0);
  const due = (now: number, buffered: number) => timers.due(limits, now, 'open', false, buffered);
  assert.equal(due(10, 500), undefined);
  assert.equal(due(35, 499), undefined);
  assert.equal(due(60, 499), undefined);
  assert.equal(due(65, 499), 'slow-reader');
});

test('closeTimeout limits the wait for the Close frame and for the end of the connection', () => {
  for (const state of ['closeSent', 'closeReceived', 'closed'] as const) {
    assert.equal(new ConnectionTimers(0).due(limits, 49, state, true, 0), undefined);
    assert.equal(new ConnectionTimers(0).due(limits, 50, state, true, 500), 'close-timeout');
  }
});
