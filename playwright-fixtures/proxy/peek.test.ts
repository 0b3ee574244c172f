import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { peek } from './peek.ts';

const untilDot = (bytes: Buffer) => (bytes.includes('.') ? bytes.toString() : undefined);

test('what was looked at stays in the stream', async () => {
  const stream = new PassThrough();
  const looked = peek(stream, untilDot);
  for (const letter of 'abc.') stream.write(letter);
  assert.equal(await looked, 'abc.');
  stream.end('rest');
  assert.equal(Buffer.concat(await stream.toArray()).toString(), 'abc.rest');
});

test('a stream that ends or breaks first has no decision', async () => {
  const ended = new PassThrough();
  const looked = peek(ended, untilDot);
  ended.end('abc');
  assert.equal(await looked, undefined);
  const broken = new PassThrough();
  const lookedToo = peek(broken, untilDot);
  broken.destroy(new Error('reset'));
  assert.equal(await lookedToo, undefined);
});
