import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { flushTail, MessageDeflater } from './deflate.ts';
import { Inflater } from './messages.ts';

const message = Buffer.from('a message that repeats itself, a message that repeats itself');

test('what it compresses ends in a flush whose last four octets were removed', () => {
  const payload = new MessageDeflater(15, false).compress(message);
  const options = { finishFlush: 2 };
  assert.deepEqual(inflateRawSync(Buffer.concat([payload, flushTail]), options), message);
});

test('without context takeover each message is compressed alone', () => {
  const deflater = new MessageDeflater(15, false);
  assert.deepEqual(deflater.compress(message), deflater.compress(message));
});

test('with context takeover a message refers to the one before, as far as the window reaches', () => {
  const noise = Buffer.from(Array.from({ length: 600 }, (_, index) => (index * 7919) >> 3));
  for (const [bits, isShorter] of [
    [15, true],
    [9, false],
  ] as const) {
    const deflater = new MessageDeflater(bits, true);
    const inflater = new Inflater({ contextTakeover: true, windowBits: bits });
    const lengths = [message, noise, message].map((each) => {
      const payload = deflater.compress(each);
      assert.deepEqual(Buffer.from(inflater.inflate(payload).data!), each);
      return payload.length;
    });
    assert.equal(lengths[2]! < lengths[0]! / 2, isShorter, `${bits} bits: ${lengths}`);
  }
});

test('a window of 8 bits is kept by referring to nothing', () => {
  const deflater = new MessageDeflater(8, true);
  const inflater = new Inflater({ contextTakeover: false, windowBits: 9 });
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(Buffer.from(inflater.inflate(deflater.compress(message)).data!), message);
  }
});
