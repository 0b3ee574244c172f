import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largeSize, Shelf } from './buffer-pool.ts';

const mebibyte = 1024 * 1024;

test('memory is used again when all of its users have released it', () => {
  const shelf = new Shelf();
  const memory = shelf.take(largeSize);
  memory.retain();
  memory.release();
  assert.ok(shelf.take(largeSize).bytes !== memory.bytes);
  memory.release();
  assert.ok(shelf.take(largeSize).bytes === memory.bytes);
  assert.ok(shelf.take(largeSize).bytes !== memory.bytes);
});

test('memory is handed out for what it fits, not for what is too large or far too small', () => {
  const shelf = new Shelf();
  const memory = shelf.take(4 * largeSize);
  memory.release();
  assert.ok(shelf.take(5 * largeSize).bytes !== memory.bytes);
  assert.ok(shelf.take(largeSize - 1).bytes !== memory.bytes);
  assert.ok(shelf.take(largeSize).bytes === memory.bytes);
});

test('no more than 32 MiB are kept, the last ones used', () => {
  const shelf = new Shelf();
  const all = Array.from({ length: 3 }, () => shelf.take(16 * mebibyte));
  for (const memory of all) memory.release();
  assert.ok(shelf.take(16 * mebibyte).bytes === all[2]!.bytes);
  assert.ok(shelf.take(16 * mebibyte).bytes === all[1]!.bytes);
  assert.ok(shelf.take(16 * mebibyte).bytes !== all[0]!.bytes);
  const huge = shelf.take(33 * mebibyte);
  huge.release();
  assert.ok(shelf.take(33 * mebibyte).bytes !== huge.bytes);
});

test('a cleared shelf keeps nothing', () => {
  const shelf = new Shelf();
  const memory = shelf.take(largeSize);
  memory.release();
  shelf.clear();
  assert.ok(shelf.take(largeSize).bytes !== memory.bytes);
});
