import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { Inflater, MessageAssembler, messageText, type ObservedFrame } from './messages.ts';
import { FrameReader, type FrameToWrite, opcodes, writeFrame } from './wire.ts';

const whole = { contextTakeover: true, windowBits: 15 };

function frame(opcode: number, payload: string | Uint8Array, more: Partial<FrameToWrite> = {}) {
  const bytes = writeFrame({ opcode, payload: Buffer.from(payload as Buffer), ...more });
  const [read] = new FrameReader().push(bytes);
  return Object.assign(read!, { from: 'client', at: 1 }) as ObservedFrame;
}

const compressed = (text: string) =>
  deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

test('fragments become one message at the frame with FIN; control frames are not part of it', () => {
  const assembler = new MessageAssembler(undefined);
  const first = frame(opcodes.binary, 'ab', { fin: false });
  const last = frame(opcodes.continuation, 'c');
  assert.equal(assembler.push(first), undefined);
  assert.equal(assembler.push(frame(opcodes.ping, 'x')), undefined);
  assert.deepEqual(assembler.unfinished, [first]);
  const message = assembler.push(last);
  assert.deepEqual([message?.type, message?.frames], ['binary', [first, last]]);
  assert.deepEqual(Buffer.from(message!.data!).toString(), 'abc');
  assert.deepEqual(assembler.unfinished, []);
});

test('a continuation of nothing and a reserved opcode belong to no message', () => {
  const assembler = new MessageAssembler(undefined);
  assert.equal(assembler.push(frame(opcodes.continuation, 'a')), undefined);
  assert.equal(assembler.push(frame(3, 'a')), undefined);
  assert.deepEqual(assembler.unfinished, []);
});

test('the text of a message is undefined for binary and for what is not UTF-8', () => {
  const textOf = (opcode: number, payload: string | Uint8Array) =>
    messageText(new MessageAssembler(undefined).push(frame(opcode, payload))!);
  assert.equal(textOf(opcodes.text, 'täxt'), 'täxt');
  assert.equal(textOf(opcodes.binary, 'text'), undefined);
  assert.equal(textOf(opcodes.text, Uint8Array.of(0xc3, 0x28)), undefined);
});

test('compressed messages inflate in their order, whichever is read first', () => {
  const assembler = new MessageAssembler(whole);
  const [one, two] = ['first', 'second'].map(
    (text) => assembler.push(frame(opcodes.text, compressed(text), { rsv1: true }))!,
  );
  assert.equal(messageText(two!), 'second');
  assert.equal(messageText(one!), 'first');
  assert.deepEqual(
    [one!.compressed, one!.inflateFailure, one!.isTooLarge],
    [true, undefined, false],
  );
});

test('RSV1 without an agreement, or no RSV1 with one, means no compression', () => {
  const text = frame(opcodes.text, 'plain', { rsv1: true });
  const message = new MessageAssembler(undefined).push(text)!;
  assert.deepEqual([message.compressed, messageText(message)], [false, 'plain']);
  assert.deepEqual([message.inflateFailure, message.isTooLarge], [undefined, false]);
  const plain = new MessageAssembler(whole).push(frame(opcodes.text, 'plain'))!;
  assert.deepEqual([plain.compressed, messageText(plain)], [false, 'plain']);
});

test('a message that inflates to more than there is room for is reported, and so are later ones', () => {
  const assembler = new MessageAssembler(whole, 100);
  const push = (text: string) =>
    assembler.push(frame(opcodes.text, compressed(text), { rsv1: true }))!;
  const [fits, tooLarge, later] = [push('a'.repeat(90)), push('b'.repeat(90)), push('cc')];
  assert.equal(messageText(fits), 'a'.repeat(90));
  assert.deepEqual([tooLarge.isTooLarge, tooLarge.data], [true, undefined]);
  assert.equal(later.isTooLarge, true);
});

test('a message that fills the room exactly is whole, also if its last block has BFINAL set', () => {
  const payload = deflateRawSync(Buffer.alloc(100, 'a'));
  const inflate = (room: number, ...blocks: Buffer[]) =>
    new Inflater(whole, room).inflate(Buffer.concat(blocks));
  assert.equal(inflate(100, payload).data?.length, 100);
  assert.equal(inflate(200, payload, payload).data?.length, 200);
  assert.equal(inflate(100, payload, payload).isTooLarge, true);
});

test('a payload that is no DEFLATE is reported, and the next message inflates', () => {
  const inflater = new Inflater(whole);
  assert.match(inflater.inflate(Uint8Array.of(0xff)).inflateFailure!, /invalid block type/);
  assert.deepEqual(Buffer.from(inflater.inflate(compressed('next')).data!).toString(), 'next');
});
