import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, largeSize } from './buffer-pool.ts';

const mebibyte = 1024 * 1024;

test('memory is reused after all of its users have released it', () => {
  const pool = new BufferPool();
  const memory = pool.take(largeSize);
  memory.retain();
  memory.release();
  assert.ok(pool.take(largeSize).bytes !== memory.bytes);
  memory.release();
  assert.ok(pool.take(largeSize).bytes === memory.bytes);
  assert.ok(pool.take(largeSize).bytes !== memory.bytes);
});

test('memory is reused only for sizes that fit it reasonably', () => {
  const pool = new BufferPool();
  const memory = pool.take(4 * largeSize);
  memory.release();
  assert.ok(pool.take(5 * largeSize).bytes !== memory.bytes);
  assert.ok(pool.take(largeSize - 1).bytes !== memory.bytes);
  assert.ok(pool.take(largeSize).bytes === memory.bytes);
});

test('at most 32 MiB are kept, the most recently used', () => {
  const pool = new BufferPool();
  const all = Array.from({ length: 3 }, () => pool.take(16 * mebibyte));
  for (const memory of all) memory.release();
  assert.ok(pool.take(16 * mebibyte).bytes === all[2]!.bytes);
  assert.ok(pool.take(16 * mebibyte).bytes === all[1]!.bytes);
  assert.ok(pool.take(16 * mebibyte).bytes !== all[0]!.bytes);
  const huge = pool.take(33 * mebibyte);
  huge.release();
  assert.ok(pool.take(33 * mebibyte).bytes !== huge.bytes);
});

test('a cleared pool is empty', () => {
  const pool = new BufferPool();
  const memory = pool.take(largeSize);
  memory.release();
  pool.clear();
  assert.ok(pool.take(largeSize).bytes !== memory.bytes);
});
