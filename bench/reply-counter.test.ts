import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { serverFrame } from './faulty-echo.ts';
import { ReplyCounter } from './reply-counter.ts';

const payload = (size: number) => Buffer.alloc(size, 0xff);

/** Eight messages; one in three fragments with a ping and an empty fragment inside. */
const stream = Buffer.concat([
  ...[0, 1, 125, 126, 65535, 65536, 2].map((size) => serverFrame(2, payload(size))),
  serverFrame(1, payload(300), 0),
  serverFrame(9, payload(5)),
  serverFrame(0, payload(0), 0),
  serverFrame(0, payload(7)),
  serverFrame(10, payload(0)),
]);

function countIn(pieces: Iterable<Buffer>): number {
  const counter = new ReplyCounter();
  let messages = 0;
  for (const piece of pieces) messages += counter.count(piece, piece.length);
  assert.equal(counter.violation, undefined);
  return messages;
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('counts whole messages in one piece', () => {
  assert.equal(countIn([stream]), 8);
});

for (const size of [1, 2, 3, 5, 7, 11, 13, 64, 4096, 65536]) {
  test(`counts the same in pieces of ${size}`, () => {
    assert.equal(countIn(cut(stream, size)), 8);
  });
}

test('does not count a message whose last byte is missing', () => {
  assert.equal(countIn([serverFrame(2, payload(200)).subarray(0, -1)]), 0);
});

test('reads no further than the given length', () => {
  const counter = new ReplyCounter();
  const frame = serverFrame(2, payload(10));
  assert.equal(counter.count(Buffer.concat([frame, frame]), frame.length), 1);
});

test('reports frames that a server must not send, and Close', () => {
  const masked = new ReplyCounter();
  masked.count(Buffer.from([0x82, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]), 10);
  assert.equal(masked.violation, 'a masked frame');
  const close = new ReplyCounter();
  close.count(serverFrame(8, payload(2)), 4);
  assert.equal(close.violation, 'a Close frame');
});
