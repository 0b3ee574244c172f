import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advanceUtf8, utf8Invalid, utf8Start } from './utf8.ts';

const valid = [
  '',
  '68656c6c6f24776f726c64',
  'cebae1bdb9cf83cebcceb5',
  '00',
  '7f',
  'c280',
  'dfbf',
  'e0a080',
  'ed9fbf',
  'ee8080',
  'efbfbd',
  'efbfbf',
  'f0908080',
  'f48fbfbf',
  'f0a4ada2776f726c64',
];

// Complete sequences that are invalid at their last byte at the latest.
const wrong = [
  '80',
  'bf',
  'c080',
  'c1bf',
  'ce20',
  'e080af',
  'e19fff',
  'e1bd20',
  'eda080',
  'edbfbf',
  'f08080af',
  'f090bf20',
  'f4908080',
  'f5808080',
  'f888808080',
  'fc8480808080',
  'fe',
  'ff',
  '68656c6c6f80',
];

// Valid so far, but incomplete.
const unfinished = ['ce', 'cebae1', 'cebae1bd', 'e0a0', 'ed9f', 'f0', 'f090', 'f09080', 'f48fbf'];

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

/** The state after reading the pieces between the cuts; -1 is final. */
function read(bytes: Buffer, ...cuts: number[]): number {
  let state = utf8Start;
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    if (state >= 0) state = advanceUtf8(state, bytes, from, to);
    from = to;
  }
  return state;
}

for (const hex of valid) {
  test(`${hex || 'nothing'} is valid, wherever it is cut`, () => {
    const bytes = bytesOf(hex);
    for (let a = 0; a <= bytes.length; a += 1) {
      for (let b = a; b <= bytes.length; b += 1) assert.equal(read(bytes, a, b), utf8Start);
    }
  });
}

for (const hex of wrong) {
  test(`${hex} is invalid, wherever it is cut and whatever follows`, () => {
    const bytes = bytesOf(`${hex}20`);
    for (let cut = 0; cut <= bytes.length; cut += 1) assert.equal(read(bytes, cut), utf8Invalid);
  });
}

for (const hex of unfinished) {
  test(`${hex} is incomplete, wherever it is cut`, () => {
    const bytes = bytesOf(hex);
    for (let cut = 0; cut <= bytes.length; cut += 1) assert.ok(read(bytes, cut) > 0);
  });
}

test('a lead byte that no continuation could make valid is invalid at once', () => {
  for (const lead of [0xc0, 0xc1, 0xf5, 0xff]) {
    assert.equal(advanceUtf8(utf8Start, Uint8Array.of(lead), 0, 1), utf8Invalid);
  }
});

test('agrees with TextDecoder on every sequence of two bytes, and on every lead with three', () => {
  const plain = (bytes: Uint8Array): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const compare = (...bytes: number[]) => {
    const sequence = Buffer.from(bytes);
    assert.equal(read(sequence, 1) === utf8Start, plain(sequence), sequence.toString('hex'));
  };
  for (let a = 0; a < 256; a += 1) {
    for (let b = 0; b < 256; b += 1) compare(a, b);
    for (const b of [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0]) {
      for (const c of [0x7f, 0x80, 0xbf, 0xc0]) {
        compare(a, b, c);
        compare(a, b, c, 0x80);
      }
    }
  }
});
