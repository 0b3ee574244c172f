import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Message } from './message.ts';

const memory = Buffer.concat([Buffer.alloc(0), Buffer.from('..abc€..'), Buffer.alloc(9000)]);

test('a message exposes its kind, size and payload', () => {
  const message = new Message().set(true, memory, 2, 8, false, false);
  assert.deepEqual([message.kind, message.byteLength, message.text()], ['text', 6, 'abc€']);
  assert.equal(new Message().set(true, memory, 2, 5, true, false).text(), 'abc');
  assert.equal(new Message().set(false, memory, 2, 5, false, false).kind, 'binary');
});

test('bytes() copies memory that will be reused and otherwise returns a view', () => {
  const borrowed = new Message().set(false, memory, 2, 5, false, false);
  assert.equal(borrowed.bytes().toString(), 'abc');
  assert.ok(borrowed.bytes().buffer !== memory.buffer);
  assert.ok(borrowed.view().buffer === memory.buffer);
  const owned = new Message().set(false, memory, 2, 5, false, true);
  assert.ok(owned.bytes().buffer === memory.buffer);
  assert.ok(owned.owned);
});

test('a payload is copied to the target, in a loop or in one call', () => {
  for (const length of [0, 1, 48, 49, 500]) {
    const payload = Buffer.from(Array.from({ length }, (_, i) => i));
    const target = Buffer.alloc(length + 2);
    const message = new Message().set(false, payload, 0, length, false, false);
    assert.equal(message.copyTo(target, 1), length + 1);
    assert.deepEqual(target, Buffer.concat([Buffer.from([0]), payload, Buffer.from([0])]));
  }
});

test('a payload is copied inside one buffer, too', () => {
  const both = Buffer.from('abc......');
  const message = new Message().set(false, both, 0, 3, false, false);
  assert.equal(message.copyTo(both, 5), 8);
  assert.equal(both.toString(), 'abc..abc.');
});

test('reading an expired message throws an error that names the alternatives', () => {
  const message = new Message().set(true, memory, 2, 5, true, false);
  message.expire();
  assert.throws(() => message.text(), /Call text\(\) or bytes\(\) in the handler/);
});

test('a kept message stays valid after the first one has expired', () => {
  const passing = Buffer.from('abc');
  const message = new Message().set(true, passing, 0, 3, true, false);
  const kept = message.keep();
  message.expire();
  passing.fill(0);
  assert.deepEqual([kept.kind, kept.text(), kept.owned], ['text', 'abc', true]);
});
