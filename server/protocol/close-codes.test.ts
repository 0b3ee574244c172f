import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeSent } from './close-codes.ts';

test('the codes that may be sent are those of RFC 6455 §7.4 and of the registry', () => {
  const allowed = Array.from({ length: 66_000 }, (_, code) => code).filter(mayBeSent);
  const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  const free = Array.from({ length: 2000 }, (_, i) => 3000 + i);
  assert.deepEqual(allowed, [...registered, ...free]);
});

test('a number that is not an integer is not a close code', () => {
  for (const code of [1000.5, 3000.5, Number.NaN, Number.POSITIVE_INFINITY, -1000]) {
    assert.equal(mayBeSent(code), false);
  }
});
