import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeCodeName, opcodeName } from './registry.ts';

test('an opcode has the name of RFC 6455 §11.8; others are reserved by kind', () => {
  assert.deepEqual([0, 1, 2, 7, 8, 9, 10, 11].map(opcodeName), [
    ...['continuation', 'text', 'binary', 'reserved data'],
    ...['close', 'ping', 'pong', 'reserved control'],
  ]);
});

test('a close code has its registered name, or the name of its range', () => {
  assert.deepEqual([1000, 1011, 999, 1016, 2999, 3000, 3999, 4000, 4999, 5000].map(closeCodeName), [
    ...['normal closure', 'internal error', 'unused', 'reserved', 'reserved'],
    ...['registered', 'registered', 'private use', 'private use', 'undefined'],
  ]);
});
