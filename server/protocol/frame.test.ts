import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientFrame, type FrameShape } from '../testing/client.ts';
import {
  FrameHeader,
  headerSize,
  incomplete,
  malformed,
  readFrameHeader,
  writeFrameHeader,
} from './frame.ts';

/** Reads a frame's header whole, from every prefix, and with bytes before and after it. */
function read(frame: Buffer, rsv1Allowed = false) {
  const header = new FrameHeader();
  const size = readFrameHeader(header, frame, 0, frame.length, rsv1Allowed);
  const shifted = Buffer.concat([Buffer.from('xyz'), frame, Buffer.from('trailing')]);
  const again = new FrameHeader();
  assert.equal(readFrameHeader(again, shifted, 3, shifted.length, rsv1Allowed), size);
  assert.deepEqual(again, header);
  for (let end = 0; end < (size === malformed ? 2 : size); end += 1) {
    assert.equal(readFrameHeader(new FrameHeader(), frame, 0, end, rsv1Allowed), incomplete);
  }
  return size === malformed ? header.failure.rule : { size, ...header, failure: undefined };
}

for (const [length, size] of [
  [0, 6],
  [1, 6],
  [125, 6],
  [126, 8],
  [127, 8],
  [65535, 8],
  [65536, 14],
] as const) {
  test(`a header that declares ${length} bytes takes ${size}`, () => {
    const header = read(clientFrame(2, Buffer.alloc(length)));
    assert.deepEqual(header, {
      size,
      fin: true,
      rsv1: false,
      opcode: 2,
      length,
      key: 0x37fa213d,
      failure: undefined,
    });
  });
}

test('a length of more than 32 bits is read', () => {
  const header = read(clientFrame(2, '', { declaredLength: 2n ** 40n + 5n }));
  assert.ok(typeof header === 'object' && header.length === 2 ** 40 + 5);
});

const broken: [rule: string, frame: Buffer][] = [
  ...[1, 2, 3, 4, 5, 6, 7].map((rsv): [string, Buffer] => [
    'reserved-bits',
    clientFrame(1, '', { rsv }),
  ]),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer] => [
    'reserved-opcode',
    clientFrame(opcode),
  ]),
  ...[0, 1, 2, 8, 9, 10].map((opcode): [string, Buffer] => [
    'unmasked-client-frame',
    clientFrame(opcode, '', { mask: null }),
  ]),
  ...[8, 9, 10].flatMap((opcode): [string, Buffer][] => [
    ['fragmented-control-frame', clientFrame(opcode, '', { fin: false })],
    ['control-frame-too-long', clientFrame(opcode, Buffer.alloc(126))],
    ['control-frame-too-long', clientFrame(opcode, '', { declaredLength: 2n ** 63n })],
    ['control-frame-too-long', clientFrame(opcode, 'x', { lengthBytes: 2 })],
  ]),
  ...(
    [
      { lengthBytes: 2 },
      { lengthBytes: 8 },
      { lengthBytes: 2, declaredLength: 125n },
      { lengthBytes: 8, declaredLength: 65535n },
    ] satisfies FrameShape[]
  ).map((shape): [string, Buffer] => ['non-minimal-length', clientFrame(1, '', shape)]),
  ['length-out-of-range', clientFrame(1, '', { declaredLength: 2n ** 63n })],
  ['length-out-of-range', clientFrame(1, '', { declaredLength: 2n ** 64n - 1n })],
];
for (const [rule, frame] of broken) {
  test(`${frame.subarray(0, 14).toString('hex')} breaks ${rule}`, () => {
    assert.equal(read(frame), rule);
  });
}

test('with permessage-deflate, RSV1 is allowed only on the first frame of a data message', () => {
  const rsv1 = { rsv: 4 };
  assert.ok(typeof read(clientFrame(1, '', rsv1), true) === 'object');
  assert.ok(typeof read(clientFrame(2, '', rsv1), true) === 'object');
  for (const opcode of [0, 8, 9, 10]) {
    assert.equal(read(clientFrame(opcode, '', rsv1), true), 'reserved-bits');
  }
  assert.equal(read(clientFrame(1, '', { rsv: 6 }), true), 'reserved-bits');
});

for (const [length, hex] of [
  [0, '8100'],
  [125, '817d'],
  [126, '817e007e'],
  [65535, '817effff'],
  [65536, '817f0000000000010000'],
  [2 ** 32 + 5, '817f0000000100000005'],
] as const) {
  test(`a frame of ${length} bytes gets the header ${hex}`, () => {
    const bytes = Buffer.alloc(12);
    const end = writeFrameHeader(bytes, 1, 0x81, length);
    assert.equal(bytes.toString('hex', 1, end), hex);
    assert.equal(headerSize(length), end - 1);
  });
}
