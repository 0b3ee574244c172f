import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headAlone, rewriteHead, type Transform } from './transform.ts';

const shout = (head: string) => head.toUpperCase();

/** What passes, push by push, and at the end. */
function passed(transform: Transform, ...pushes: readonly string[]): readonly string[] {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  return [
    ...pushes.map((push) => text(transform.push(Buffer.from(push, 'latin1')))),
    text(transform.end()),
  ];
}

test('a head is rewritten once it is whole, and what follows passes unchanged', () => {
  assert.deepEqual(passed(rewriteHead(shout), 'get /\r\n', '\r\nbody', 'a\r\n\r\nb'), [
    '',
    'GET /\r\n\r\nbody',
    'a\r\n\r\nb',
    '',
  ]);
});

test('octets of a head above 0x7f keep their values', () => {
  assert.deepEqual(
    passed(
      rewriteHead((head) => head),
      'x: \xff\xe9\r\n\r\n',
    ),
    ['x: \xff\xe9\r\n\r\n', ''],
  );
});

test('a stream that ends within its head passes what was held', () => {
  assert.deepEqual(passed(rewriteHead(shout), 'get /'), ['', 'get /']);
  assert.deepEqual(passed(headAlone(shout), 'get /'), ['', 'get /']);
});

test('a stream without the end of a head passes after 64 KiB, unchanged', () => {
  const long = 'x'.repeat(64 * 1024 + 1);
  assert.deepEqual(passed(rewriteHead(shout), long, 'y'), [long, 'y', '']);
  assert.deepEqual(passed(headAlone(shout), long, 'y'), [long, '', '']);
});

test('nothing passes after a head that passes alone', () => {
  assert.deepEqual(passed(headAlone(), 'get /\r\n', '\r\nbody', 'more'), [
    '',
    'get /\r\n\r\n',
    '',
    '',
  ]);
});
