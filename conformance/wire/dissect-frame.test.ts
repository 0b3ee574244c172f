import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, frameFields, frameTitle, messageWords } from './dissect-frame.ts';
import type { Message, ObservedFrame } from './messages.ts';
import { FrameReader, type FrameToWrite, opcodes, writeFrame } from './wire.ts';

const maskKey = Uint8Array.of(1, 2, 3, 4);

function read(bytes: Uint8Array): ObservedFrame {
  const reader = new FrameReader(100);
  const [whole] = reader.push(bytes);
  return Object.assign(whole ?? reader.rest().frame!, { from: 'client', at: 0 }) as ObservedFrame;
}
const frame = (opcode: number, payload: string, more: Partial<FrameToWrite> = {}) =>
  read(writeFrame({ opcode, payload: Buffer.from(payload), ...more }));

/** `name offset+length meaning` */
const fieldsOf = (
  ...[of, close, compression = false]: Parameters<typeof frameFields> | [ObservedFrame]
) =>
  frameFields(of, close, compression, 4).map(
    ({ name, offset, length, meaning }) => `${name} ${offset}+${length} ${meaning}`,
  );

test('a short unmasked frame has five fields in two octets, and its payload', () => {
  assert.deepEqual(fieldsOf(frame(opcodes.text, 'abc')), [
    'FIN 100+1 last frame of the message',
    'RSV 100+1 none set',
    'opcode 100+1 1 text',
    'MASK 101+1 not masked',
    'length 101+1 3',
    'payload 102+3 "abc"',
  ]);
});

test('an extended length and a masking key are fields before the payload', () => {
  const fields = fieldsOf(frame(opcodes.binary, 'x', { maskKey, lengthForm: 16, fin: false }));
  assert.deepEqual(fields.slice(3), [
    'MASK 101+1 masked',
    'length 101+1 126: in the next 16 bits',
    'length 102+2 1',
    'key 104+4 masking key',
    'payload 108+1 "x"',
  ]);
  assert.equal(fields[0], 'FIN 100+1 more frames follow');
  const [, , , , , length] = fieldsOf(frame(opcodes.binary, '', { lengthForm: 64 }));
  assert.equal(length, 'length 102+8 0');
});

test('a masked payload is shown unmasked, as many octets as asked for', () => {
  const fields = frameFields(frame(opcodes.text, 'abcdef', { maskKey }), undefined, false, 4);
  assert.equal(fields.at(-1)?.unmasked, '61 62 63 64');
});

test('the body of a Close is a code and a reason, or a code alone', () => {
  const code = Uint8Array.of(0x03, 0xe8);
  const close = frame(opcodes.close, '\x03\x00bye');
  const reason = Buffer.from('bye');
  assert.deepEqual(fieldsOf(close, { code: 1000, reason, frame: close }, false, 4).slice(5), [
    'code 102+2 1000 normal closure',
    'reason 104+3 "bye"',
  ]);
  const short = frame(opcodes.close, Buffer.from(code).toString('latin1'));
  const bare = { code: 1000, reason: new Uint8Array(0), frame: short };
  assert.deepEqual(fieldsOf(short, bare, false, 4).slice(5), ['code 102+2 1000 normal closure']);
});

test('RSV1 means a compressed message only if compression was agreed', () => {
  const compressed = frame(opcodes.text, '', { rsv1: true });
  const words = (agreed: boolean) => frameFields(compressed, undefined, agreed, 4)[1];
  assert.equal(words(true)?.meaning, 'RSV1 set: compressed message');
  assert.equal(words(true)?.section, 'RFC 7692 §6');
  assert.equal(words(false)?.meaning, 'RSV1 set');
  const all = frame(opcodes.text, '', { rsv1: true, rsv2: true, rsv3: true });
  assert.equal(frameFields(all, undefined, false, 4)[1]?.meaning, 'RSV1, RSV2, RSV3 set');
});

test('the title of a frame names opcode, FIN, mask and length, and how much is missing', () => {
  assert.equal(frameTitle(frame(opcodes.ping, '')), 'ping frame, FIN, not masked, 0 bytes');
  const cut = read(
    writeFrame({ opcode: 0, fin: false, maskKey, payload: Buffer.from('ab'), declaredLength: 9n }),
  );
  assert.equal(frameTitle(cut), 'continuation frame, no FIN, masked, cut short: 2 of 9 bytes');
});

const message = (part: Partial<Message>): Message => ({
  from: 'client',
  at: 0,
  type: 'text',
  frames: [frame(opcodes.text, 'a')],
  compressed: false,
  wirePayload: Buffer.from('a'),
  data: Buffer.from('abc'),
  inflateFailure: undefined,
  isTooLarge: false,
  ...part,
});

test('a message of one plain frame needs no words; others say what they became', () => {
  const [one] = message({}).frames;
  assert.deepEqual(messageWords(undefined), []);
  assert.deepEqual(messageWords(message({})), []);
  for (const [part, words] of [
    [{ frames: [one!, one!] }, 'message of 2 frames: 3 bytes: "abc"'],
    [{ compressed: true }, 'message: 3 bytes, inflated from 1 byte: "abc"'],
    [
      { compressed: true, data: undefined, inflateFailure: 'bad block' },
      'message cannot be inflated: bad block',
    ],
    [
      { compressed: true, data: undefined, isTooLarge: true, frames: [one!, one!] },
      'message of 2 frames inflates to more than can be shown',
    ],
  ] as const) {
    assert.deepEqual(messageWords(message(part)), [words]);
  }
});

test('one byte is singular, and thousands are separated', () => {
  assert.deepEqual([0, 1, 1n, 2, 65_536n].map(count), [
    ...['0 bytes', '1 byte', '1 byte', '2 bytes', '65,536 bytes'],
  ]);
});
