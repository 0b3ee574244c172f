import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFrames } from '../testing/client.ts';
import { largeSize } from './buffer-pool.ts';
import { unmask16In } from './masking-simd.ts';
import { Message } from './message.ts';
import { Output } from './output.ts';
import { fastScratchBuffer, ScratchBuffer } from './scratch-buffer.ts';

const text = 0x81;
const binary = 0x82;

function framesOf(output: Output): string[] {
  return describeFrames(Buffer.concat(output.take()));
}

test('frames are gathered into one piece', () => {
  const output = new Output(new ScratchBuffer());
  output.textFrame(text, 'abc');
  output.frame(binary, Buffer.from('de'));
  output.textFrame(text, '');
  assert.equal(output.size, 5 + 4 + 2);
  assert.equal(output.peek().length, 11);
  const taken = output.take();
  assert.equal(taken.length, 1);
  assert.deepEqual(describeFrames(taken[0]!), ['text "abc"', 'binary 2', 'text ""']);
  assert.deepEqual([output.size, output.take().length, output.peek().length], [0, 0, 0]);
});

const strings = [
  'a',
  'é',
  'a'.repeat(63),
  'a'.repeat(64),
  'a'.repeat(63).concat('é'),
  '€'.repeat(60),
  '😀'.repeat(60),
].concat('a'.repeat(125), 'a'.repeat(126), '€'.repeat(42), '€'.repeat(100_000), 'x\ud800y');
for (const string of strings) {
  test(`a string of ${string.length} units (${string.slice(0, 3)}) goes out as UTF-8`, () => {
    const output = new Output(new ScratchBuffer());
    output.textFrame(text, string);
    const plain = Buffer.from(string);
    const bytes = Buffer.concat(output.take());
    assert.deepEqual(bytes.subarray(bytes.length - plain.length), plain);
    assert.equal(describeFrames(bytes).length, 1);
  });
}

test('a large payload is queued without a copy, in order', () => {
  const output = new Output(new ScratchBuffer());
  const large = Buffer.alloc(largeSize, 'x');
  output.textFrame(text, 'a');
  output.frame(binary, large);
  output.textFrame(text, 'b');
  assert.equal(output.size, 3 + 10 + large.length + 3);
  const taken = output.take();
  assert.ok(taken.some((piece) => piece.buffer === large.buffer));
  assert.deepEqual(describeFrames(Buffer.concat(taken)), ['text "a"', 'binary 65536', 'text "b"']);
});

test('a large received message is queued without a copy if its memory is owned, else copied', () => {
  const large = Buffer.alloc(largeSize, 'x');
  for (const owned of [true, false]) {
    const output = new Output(new ScratchBuffer());
    output.messageFrame(text, new Message().set(true, large, 0, large.length, true, owned));
    const taken = output.take();
    assert.equal(
      taken.some((piece) => piece.buffer === large.buffer),
      owned,
    );
    assert.deepEqual(describeFrames(Buffer.concat(taken)), ['text 65536']);
  }
});

test('output larger than one buffer is spread over several, in order', () => {
  const output = new Output(new ScratchBuffer());
  const expected: string[] = [];
  for (let i = 0; i < 3000; i += 1) {
    output.frame(text, Buffer.from(`${i}`.padEnd(90)));
    expected.push(`text "${`${i}`.padEnd(90)}"`);
  }
  assert.deepEqual(framesOf(output), expected);
  output.written(true);
});

test('each sender has a separate slice, which grows', () => {
  const scratch = new ScratchBuffer();
  const one = new Output(scratch);
  const two = new Output(scratch);
  one.textFrame(text, 'one');
  const expected: string[] = [];
  for (let i = 0; i < 500; i += 1) {
    two.textFrame(text, `two ${i}`);
    expected.push(`text "two ${i}"`);
  }
  assert.deepEqual(framesOf(one), ['text "one"']);
  assert.deepEqual(framesOf(two), expected);
  two.written(true);
  one.written(true);
});

test('a slice is reused when its bytes have been flushed, and not before', () => {
  const scratch = new ScratchBuffer();
  const send = (fill: string) => {
    const output = new Output(scratch);
    output.textFrame(text, fill);
    return { output, bytes: output.take()[0]! };
  };
  const first = send('a');
  first.output.written(true);
  const second = send('b');
  assert.equal(second.bytes.byteOffset, first.bytes.byteOffset);
  second.output.written(false);
  // More slow peers than slices.
  const slow = Array.from({ length: 70 }, (_, i) => send(`${i}`));
  for (const { output } of slow) output.written(false);
  const all = [second, ...slow].map(({ bytes }) => describeFrames(bytes)[0]);
  assert.deepEqual(
    all,
    ['b', ...slow.map((_, i) => `${i}`)].map((payload) => `text "${payload}"`),
  );
  second.output.allLeft();
  const third = send('c');
  assert.equal(third.bytes.byteOffset, second.bytes.byteOffset);
  third.output.written(false);
  // Gone without reading it.
  third.output.release();
  const fourth = new Output(scratch);
  fourth.textFrame(text, 'd');
  assert.equal(fourth.peek().byteOffset, second.bytes.byteOffset);
  fourth.release();
  assert.equal(send('e').bytes.byteOffset, second.bytes.byteOffset);
});

test('a fast scratch buffer behaves like a plain one and supports fast unmasking', () => {
  const { memory, input } = fastScratchBuffer();
  assert.equal(memory.length, new ScratchBuffer().memory.length);
  assert.equal(input.buffer, memory.buffer);
  assert.ok(unmask16In(memory.buffer));
});

test('text outside frames is sent as Latin-1', () => {
  const output = new Output(new ScratchBuffer());
  output.latin1('HTTP/1.1 é');
  assert.equal(output.take()[0]!.toString('hex'), '485454502f312e3120e9');
});
