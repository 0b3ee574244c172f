import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshSeed, seededBytes } from './seed.ts';

test('the same seed and case give the same bytes, whatever the sizes of the calls', () => {
  const [one, two] = [seededBytes('7', 'a/b'), seededBytes('7', 'a/b')];
  const whole = Buffer.from(one(100));
  assert.deepEqual(Buffer.concat([two(3), two(64), two(33)]), whole);
});

test('another seed or another case gives other bytes', () => {
  const all = [seededBytes('7', 'a/b'), seededBytes('8', 'a/b'), seededBytes('7', 'a/c')];
  assert.equal(new Set(all.map((random) => Buffer.from(random(16)).toString('hex'))).size, 3);
  assert.notEqual(freshSeed(), freshSeed());
});
