import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unmask } from './masking.ts';
import { simdMemory } from './masking-simd.ts';

/** The plain twin: RFC 6455 §5.3 literally. */
function unmaskPlainly(bytes: Uint8Array, start: number, end: number, key: number, phase: number) {
  let ascii = true;
  for (let i = start; i < end; i += 1) {
    bytes[i]! ^= (key >>> (24 - 8 * ((phase + i - start) % 4))) & 0xff;
    if (bytes[i]! > 0x7f) ascii = false;
  }
  return ascii;
}

test('agrees with its plain twin at every alignment, phase and length', () => {
  for (let offset = 0; offset < 5; offset += 1) {
    const memory = new ArrayBuffer(64 + offset);
    for (let start = 0; start < 5; start += 1) {
      for (let phase = 0; phase < 5; phase += 1) {
        for (const length of [0, 1, 3, 7, 15, 16, 17, 18, 19, 20, 31, 40]) {
          const bytes = new Uint8Array(memory, offset, 50).fill(0x21);
          const expected = Uint8Array.from(bytes);
          const key = 0x81_0f_f3_42 | 0;
          const ascii = unmaskPlainly(expected, start, start + length, key, phase);
          assert.equal(unmask(bytes, start, start + length, key, phase), ascii);
          assert.deepEqual(bytes, expected);
        }
      }
    }
  }
});

test('agrees with its plain twin in memory for 16 bytes at a time, too', () => {
  const memory = simdMemory(65536);
  assert.ok(memory, 'every supported version of Node has WebAssembly with 128-bit instructions');
  const key = 0x81_0f_f3_42 | 0;
  for (let start = 0; start < 17; start += 1) {
    for (const phase of [0, 1, 2, 3]) {
      for (const length of [15, 16, 127, 128, 129, 143, 144, 145, 300, 4097]) {
        for (const fill of [0x21, 0x80]) {
          memory.fill(fill);
          const expected = Buffer.from(memory);
          const ascii = unmaskPlainly(expected, start, start + length, key, phase);
          assert.equal(unmask(memory, start, start + length, key, phase), ascii);
          assert.ok(memory.equals(expected), `${start} ${phase} ${length}`);
        }
      }
    }
  }
});

test('there is no such memory when WebAssembly is missing or unable', () => {
  const broken = class {
    constructor() {
      throw new Error('no room');
    }
  };
  assert.equal(simdMemory(100, null as never), undefined);
  assert.equal(simdMemory(100, { Memory: broken } as never), undefined);
});

test('detects a single non-ASCII byte at any position', () => {
  for (let at = 0; at < 40; at += 1) {
    const bytes = new Uint8Array(41);
    bytes[at] = 0x80;
    assert.equal(unmask(bytes, 0, 40, 0x01020304, 0), false);
  }
  const memory = simdMemory(200)!;
  for (let at = 0; at < 200; at += 1) {
    memory.fill(0);
    memory[at] = 0x80;
    assert.equal(unmask(memory, 0, 200, 0x01020304, 0), false);
  }
  memory.fill(0);
  assert.equal(unmask(memory, 0, 200, 0x01020304, 0), true);
  assert.equal(unmask(new Uint8Array(41), 0, 40, 0x01020304, 0), true);
});

test('works on a new buffer after another one', () => {
  for (const fill of [1, 2, 3]) {
    const bytes = new Uint8Array(32).fill(fill);
    unmask(bytes, 0, 32, 0, 0);
    assert.deepEqual(bytes, new Uint8Array(32).fill(fill));
  }
});
