import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyMask,
  FrameReader,
  type FrameToWrite,
  opcodes,
  type ReadFrame,
  writeFrame,
} from './wire.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const maskKey = hex('37fa213d');

/** RFC 6455 §5.7 gives these octets. */
const vectors: readonly (readonly [name: string, frame: FrameToWrite, octets: Buffer])[] = [
  ['unmasked text', { opcode: 1, payload: Buffer.from('Hello') }, hex('81 05 48 65 6c 6c 6f')],
  [
    'masked text',
    { opcode: 1, payload: Buffer.from('Hello'), maskKey },
    hex('81 85 37 fa 21 3d 7f 9f 4d 51 58'),
  ],
  ['first fragment', { opcode: 1, fin: false, payload: Buffer.from('Hel') }, hex('01 03 48 65 6c')],
  ['last fragment', { opcode: 0, payload: Buffer.from('lo') }, hex('80 02 6c 6f')],
  ['ping', { opcode: 9, payload: Buffer.from('Hello') }, hex('89 05 48 65 6c 6c 6f')],
  [
    'binary of 256 bytes',
    { opcode: 2, payload: Buffer.alloc(256, 7) },
    Buffer.concat([hex('82 7e 01 00'), Buffer.alloc(256, 7)]),
  ],
  [
    'binary of 64 KiB',
    { opcode: 2, payload: Buffer.alloc(65_536, 9) },
    Buffer.concat([hex('82 7f 00 00 00 00 00 01 00 00'), Buffer.alloc(65_536, 9)]),
  ],
];

function readIn(segments: readonly Uint8Array[]): { frames: ReadFrame[]; rest: Uint8Array } {
  const reader = new FrameReader();
  const frames = segments.flatMap((segment) => reader.push(segment));
  return { frames, rest: reader.rest().bytes };
}

for (const [name, frame, octets] of vectors) {
  test(`writes and reads: ${name}`, () => {
    assert.deepEqual(writeFrame(frame), octets);
    const single = [...octets].map((octet) => Uint8Array.of(octet));
    const trailing = hex('8a 00 81');
    for (const [segments, more] of [
      [[octets], 0],
      [single, 0],
      [[octets, trailing], 1],
      [[Buffer.concat([octets, trailing])], 1],
    ] as const) {
      const { frames, rest } = readIn(segments);
      assert.equal(frames.length, 1 + more);
      assert.equal(rest.length, more);
      assert.equal(frames[0]!.opcode, frame.opcode);
      assert.equal(frames[0]!.fin, frame.fin ?? true);
      assert.equal(frames[0]!.offset, 0);
      assert.deepEqual(Buffer.from(frames[0]!.payload), frame.payload);
      if (more) assert.equal(frames[1]!.offset, octets.length);
    }
  });
}

test('writes what no correct sender would: every reserved bit, a lying and a non-minimal length', () => {
  const bytes = writeFrame({
    opcode: 0xb,
    fin: false,
    rsv1: true,
    rsv2: true,
    rsv3: true,
    lengthForm: 64,
    declaredLength: 1n << 63n,
    payload: Buffer.from('x'),
  });
  assert.deepEqual(bytes, hex('7b 7f 80 00 00 00 00 00 00 00 78'));
  const reader = new FrameReader(100);
  assert.deepEqual(reader.push(bytes), []);
  const { frame, offset } = reader.rest();
  assert.equal(offset, 100);
  assert.equal(frame?.complete, false);
  assert.equal(frame?.declaredLength, 1n << 63n);
  assert.equal(frame?.opcode, 0xb);
});

test('leaves the bytes it was given as they were', () => {
  const bytes = writeFrame({ opcode: opcodes.text, payload: Buffer.from('Hello'), maskKey });
  const before = Buffer.from(bytes);
  new FrameReader().push(bytes);
  assert.deepEqual(bytes, before);
});

test('each octet is masked with the key octet of its place, at every alignment and length', () => {
  const memory = new Uint8Array(96);
  for (let start = 0; start < 4; start += 1) {
    for (let length = 0; length <= 80; length += 1) {
      const bytes = memory.subarray(start, start + length).fill(0);
      applyMask(bytes, maskKey);
      const expected = Uint8Array.from(bytes, (_, index) => maskKey[index % 4]!);
      assert.deepEqual(bytes, expected, `${length} octets from ${start}`);
      assert.ok(memory.subarray(start + length).every((octet) => octet === 0));
      memory.fill(0);
    }
  }
});

test('a key of zeros changes nothing', () => {
  const bytes = Buffer.from('Hello');
  applyMask(bytes, new Uint8Array(4));
  assert.equal(bytes.toString(), 'Hello');
});

test('a reader knows where the first byte stands that belongs to no whole frame', () => {
  const reader = new FrameReader(10);
  reader.push(writeFrame({ opcode: opcodes.text, payload: Buffer.from('Hello') }));
  assert.equal(reader.offset, 17);
  reader.push(Uint8Array.of(0x81));
  assert.equal(reader.offset, 17);
});
