import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { test } from 'node:test';
import { constants, createDeflateRaw } from 'node:zlib';
import { deflated } from './client-frame.ts';
import { serverFrame } from './faulty-echo.ts';
import { jsonMessage } from './messages.ts';
import { ReplyReader } from './reply-reader.ts';

const compressedText = 0x80 | 0x40;

/** Compresses messages one after the other in one context, as a server that takes it over does. */
async function withContextTakeover(messages: readonly Buffer[]): Promise<Buffer[]> {
  const deflate = createDeflateRaw();
  const bodies: Buffer[] = [];
  for (const message of messages) {
    deflate.write(message);
    const flushed = new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    await flushed;
    const chunk = deflate.read() as Buffer;
    bodies.push(chunk.subarray(0, -4));
  }
  deflate.end();
  deflate.resume();
  await once(deflate, 'close');
  return bodies;
}

test('inflates replies that refer back to earlier ones', async () => {
  const messages = Array.from({ length: 60 }, (_, n) => jsonMessage(1024, n));
  const bodies = await withContextTakeover(messages);
  assert.ok(bodies.at(-1)!.length < deflated(messages.at(-1)!).length);
  const reader = new ReplyReader();
  const stream = Buffer.concat(bodies.map((body) => serverFrame(1, body, compressedText)));
  const replies = [...reader.read(stream.subarray(0, 999)), ...reader.read(stream.subarray(999))];
  assert.deepEqual(
    replies.map(({ payload }) => payload.toString()),
    messages.map(String),
  );
  assert.ok(replies.every(({ opcode, compressed }) => opcode === 1 && compressed));
});

test('inflates replies without context', () => {
  const messages = Array.from({ length: 3 }, (_, n) => jsonMessage(1024, n));
  const reader = new ReplyReader();
  for (const message of messages) {
    const [reply] = reader.read(serverFrame(1, deflated(message), compressedText));
    assert.deepEqual(reply?.payload, message);
  }
});

test('joins fragments and skips control frames', () => {
  const reader = new ReplyReader();
  const replies = [
    serverFrame(2, Buffer.from('ab'), 0),
    serverFrame(9, Buffer.from('ping')),
    serverFrame(0, Buffer.from('cd')),
  ].flatMap((frame) => reader.read(frame));
  assert.deepEqual(replies, [{ opcode: 2, compressed: false, payload: Buffer.from('abcd') }]);
});
