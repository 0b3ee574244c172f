import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hexOf, printable } from './printable.ts';

test('characters that could control a terminal are escaped', () => {
  assert.equal(printable('\x1b]0;title\x07\x1b[2J'), '\\x1b]0;title\\x07\\x1b[2J');
  assert.equal(printable('one\r\ntwo\tthree\0'), 'one\\r\\ntwo\\tthree\\x00');
  assert.equal(printable('\x7f\x9b31m'), '\\x7f\\x9b31m');
  assert.equal(printable('abc\u202edef\u2028'), 'abc\\u{202e}def\\u{2028}');
  assert.equal(printable('\ud800'), '\\u{d800}');
});

test('every other character is unchanged', () => {
  assert.equal(printable('Grüße, 世界 👩‍🚀 "\\"'), 'Grüße, 世界 👩‍🚀 "\\"');
});

test('long text is truncated and marked as such', () => {
  assert.equal(printable('abcdef', 6), 'abcdef');
  assert.equal(printable('abcdefg', 6), 'abcdef…');
  assert.equal(printable('a👩b', 2), 'a\\u{d83d}…');
  assert.equal(hexOf(Uint8Array.of(0, 10, 255)), '00 0a ff');
  assert.equal(hexOf(new Uint8Array(33)), `${'00 '.repeat(32)}…`);
});
