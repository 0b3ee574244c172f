import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { slowInflate } from '../testing/slow-inflate.ts';
import {
  flushTail,
  maxStreams,
  openSharedCodec,
  publicCodec,
  type RawDeflateCodec,
} from './raw-deflate.ts';

const shared = openSharedCodec();
assert.notEqual(shared, publicCodec, 'this Node has what the shared codec needs');

const effort = { windowBits: 15, level: 3 };

const codecs: [string, RawDeflateCodec][] = [
  ['the public codec', publicCodec],
  ['the shared codec', shared],
];

/** Repeated words, so that windows of every size find matches. */
function prose(size: number): Buffer {
  let seed = 7;
  let text = '';
  while (text.length < size) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    text += `word${(seed >> 8) % 300} `;
  }
  return Buffer.from(text.slice(0, size));
}

function inflate(use: RawDeflateCodec, deflated: Buffer, maxBytes = 10_000_000, known?: Buffer) {
  const shifted = Buffer.concat([Buffer.from('xyz'), deflated, Buffer.from('trailing')]);
  const result = use.inflate(shifted, 3, 3 + deflated.length, maxBytes, known);
  return Buffer.isBuffer(result) ? Buffer.from(result) : result.rule;
}

for (const [name, use] of codecs) {
  for (const size of [0, 1, 100, 5000, 40_000, 1_200_000]) {
    test(`${name} deflates and inflates ${size} bytes`, () => {
      const payload = prose(size);
      const deflated = Buffer.from(use.deflate(payload, effort));
      assert.notDeepEqual(deflated.subarray(-4), flushTail);
      assert.ok(payload.equals(inflate(use, deflated, size) as Buffer));
    });
  }

  for (const windowBits of [8, 9, 10, 15]) {
    test(`${name} stays within a window of 2^${windowBits}`, () => {
      const payload = prose(60_000);
      const deflated = Buffer.concat([use.deflate(payload, { windowBits, level: 6 }), flushTail]);
      const { output, longestDistance } = slowInflate(deflated);
      assert.ok(output.equals(payload));
      assert.ok(longestDistance <= 2 ** windowBits, `${longestDistance}`);
      assert.ok(longestDistance > 2 ** windowBits / 4, `${longestDistance}`);
    });
  }

  test(`${name} uses earlier messages as the context in both directions`, () => {
    const payload = prose(1000);
    const alone = use.deflate(payload, effort).length;
    const deflated = Buffer.from(use.deflate(payload, effort, payload));
    assert.ok(deflated.length < alone / 10);
    assert.deepEqual(inflate(use, deflated, 1000, payload), payload);
    assert.equal(inflate(use, deflated), 'invalid-deflate-data');
    assert.equal(inflate(use, deflated, 999, payload), 'message-too-big');
  });

  test(`${name} stops at the limit`, () => {
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), {
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    assert.equal(inflate(use, bomb.subarray(0, -4), 1_000_000), 'message-too-big');
    assert.equal(
      inflate(use, Buffer.from(use.deflate(Buffer.alloc(10), effort)), 9),
      'message-too-big',
    );
    assert.deepEqual(
      inflate(use, Buffer.from(use.deflate(Buffer.alloc(10), effort)), 10),
      Buffer.alloc(10),
    );
    assert.deepEqual(inflate(use, Buffer.from([0]), 0), Buffer.alloc(0));
    assert.equal(
      inflate(use, Buffer.from(use.deflate(Buffer.from('x'), effort)), 0),
      'message-too-big',
    );
  });

  test(`${name} reports invalid DEFLATE data and keeps working`, () => {
    for (const hex of ['06', 'ff', '07ffffff', '00ffffff00']) {
      assert.equal(inflate(use, Buffer.from(hex, 'hex')), 'invalid-deflate-data');
    }
    assert.equal(String(inflate(use, Buffer.from('f248cdc9c90700', 'hex'))), 'Hello');
  });

  test(`${name} reads the examples of RFC 7692 §7.2.3`, () => {
    for (const hex of [
      'f248cdc9c90700',
      '000500faff48656c6c6f00',
      'f348cdc9c9070000',
      'f248050000 00ffffcac9c90700'.replace(' ', ''),
    ]) {
      assert.equal(String(inflate(use, Buffer.from(hex, 'hex'))), 'Hello');
    }
    assert.equal(
      String(inflate(use, Buffer.from('f200110000', 'hex'), 5, Buffer.from('Hello'))),
      'Hello',
    );
  });

  test(`${name} continues after a stream that ends inside the message, up to a limit`, () => {
    const final = deflateRawSync(Buffer.from('abc'));
    const streams = (count: number) =>
      Buffer.concat([...new Array<Buffer>(count).fill(final), Buffer.from([0])]);
    assert.equal(String(inflate(use, streams(3))), 'abcabcabc');
    assert.equal(inflate(use, streams(3), 8), 'message-too-big');
    assert.equal(inflate(use, streams(maxStreams + 1)), 'too-many-deflate-streams');
    assert.equal(String(inflate(use, final)), 'abc');
    const back = deflateRawSync(Buffer.from('abcabc'), { dictionary: Buffer.from('abc') });
    const known = Buffer.concat([final, back, Buffer.from([0])]);
    assert.equal(String(inflate(use, known)), 'abcabcabc');
  });
}

test('the output of each codec is readable by zlib and by the other codec', () => {
  const payload = prose(100_000);
  for (const [, use] of codecs) {
    const deflated = Buffer.concat([use.deflate(payload, { windowBits: 12, level: 6 }), flushTail]);
    const options = { windowBits: 12, finishFlush: constants.Z_SYNC_FLUSH };
    assert.ok(inflateRawSync(deflated, options).equals(payload));
    for (const [, other] of codecs)
      assert.deepEqual(inflate(other, deflated.subarray(0, -4)), payload);
  }
});

test('a message may be compressed from the buffer another one was inflated into', () => {
  const deflated = Buffer.from(shared.deflate(prose(1000), effort));
  const inflated = shared.inflate(deflated, 0, deflated.length, 1000);
  assert.ok(Buffer.isBuffer(inflated));
  assert.ok(shared.deflate(inflated, effort).equals(deflated));
});

test('with unexpected zlib internals, the public API is used', () => {
  const silent = () => ({
    _handle: { reset() {}, writeSync() {} },
    _writeState: Uint32Array.of(1, 0),
  });
  assert.equal(
    openSharedCodec(() => ({})),
    publicCodec,
  );
  assert.equal(
    openSharedCodec(undefined, () => ({})),
    publicCodec,
  );
  assert.equal(openSharedCodec(undefined, silent), publicCodec);
});
