/** Large messages in reused memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { binary, clientFrame, continuation, text } from '../testing/client.ts';
import { opened, takeOutput } from '../testing/conversation.ts';
import { readInto } from '../testing/reading.ts';
import { fastScratchBuffer } from './scratch-buffer.ts';

const memory = fastScratchBuffer().input;
const limit = { maxMessageBytes: 4_000_000 };

function counted(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, i) => i * 31 + (i >> 8)));
}

for (const size of [65_535, 65_536, 200_000, 1_000_000, 3_000_000]) {
  test(`${size} bytes arrive unchanged`, () => {
    const payload = counted(size);
    const connection = opened(limit);
    const seen: string[] = [];
    const stream = Buffer.concat([text('before'), binary(payload), text('after')]);
    readInto(memory, connection, stream, (event) => {
      assert.ok(event.type === 'message');
      if (event.byteLength === size) assert.ok(event.view().equals(payload));
      seen.push(event.byteLength === size ? 'payload' : event.text());
    });
    assert.deepEqual(seen, ['before', 'payload', 'after']);
  });
}

test('a large message is echoed unchanged, and its memory is reused', () => {
  const connection = opened(limit);
  const memories = new Set<ArrayBufferLike>();
  for (let round = 0; round < 5; round += 1) {
    const payload = counted(500_000 + round);
    readInto(memory, connection, binary(payload), (event) => {
      assert.ok(event.type === 'message');
      connection.send(event);
      connection.send(event);
    });
    connection.next();
    const pieces = connection.output.take();
    for (const piece of pieces.filter((candidate) => candidate.length > 100_000)) {
      assert.ok(piece.equals(payload));
      memories.add(piece.buffer);
    }
    connection.output.written(false);
    connection.output.allLeft();
  }
  assert.ok(memories.size <= 2, `${memories.size}`);
});

test('queued memory is not reused when an earlier write has been flushed', () => {
  const connection = opened(limit);
  const payloads = [counted(300_000), counted(300_001)];
  const written: Buffer[] = [];
  for (const payload of payloads) {
    readInto(memory, connection, binary(payload), (event) => {
      if (event.type === 'message') connection.send(event);
    });
    connection.next();
    if (written.length === 0) {
      written.push(...connection.output.take());
      connection.output.written(false);
    }
  }
  const second = connection.output.take();
  connection.output.written(false);
  // Both are being written: a third must touch neither.
  readInto(memory, connection, binary(Buffer.alloc(300_002, 0xff)), () => {});
  assert.ok(written.at(-1)!.equals(payloads[0]!));
  assert.ok(second.at(-1)!.equals(payloads[1]!));
  connection.output.allLeft();
});

test('memory that the application keeps is never reused', () => {
  const connection = opened(limit);
  const kept: Buffer[] = [];
  for (let round = 1; round <= 4; round += 1) {
    readInto(memory, connection, binary(Buffer.alloc(200_000, round)), (event) => {
      if (event.type === 'message') kept.push(round % 2 ? event.bytes() : event.keep().view());
    });
    connection.next();
  }
  assert.deepEqual(
    kept.map((bytes) => bytes.equals(Buffer.alloc(200_000, bytes[0]))),
    [true, true, true, true],
  );
  assert.deepEqual(
    kept.map((bytes) => bytes[0]),
    [1, 2, 3, 4],
  );
});

test('any fragmentation gives the same message', () => {
  const sizes = fc.array(fc.constantFrom(0, 1, 100, 65_000, 65_536, 70_000, 131_072, 300_000), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(sizes, fc.boolean(), (parts, isText) => {
      const size = parts.reduce<number>((sum, part) => sum + part, 0);
      const payload = isText ? Buffer.alloc(size, 'aé') : counted(size);
      if (isText && payload.length % 3 === 2) payload[payload.length - 1] = 0x41;
      let at = 0;
      const frames = parts.map((part, i) => {
        const piece = payload.subarray(at, at + part);
        at += part;
        const fin = i === parts.length - 1;
        return i === 0 ? clientFrame(isText ? 1 : 2, piece, { fin }) : continuation(piece, { fin });
      });
      const connection = opened(limit);
      const messages: Buffer[] = [];
      readInto(memory, connection, Buffer.concat(frames), (event) => {
        if (event.type === 'message') messages.push(event.bytes());
      });
      assert.equal(messages.length, 1);
      assert.ok(messages[0]!.equals(payload));
      assert.equal(takeOutput(connection).length, 0);
    }),
    { numRuns: 60 },
  );
});
