import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeBytes, escapeText, escapeUnseen, hex, quote } from './printable.ts';

test('text between quotation marks has its quotation marks and backslashes escaped', () => {
  assert.equal(escapeText('a "b" \\ c\n'), 'a \\"b\\" \\\\ c\\n');
  assert.equal(escapeUnseen('a "b" \\ c\n'), 'a "b" \\ c\\n');
});

test('controls, bidi marks, odd spaces and lone surrogates become escapes', () => {
  assert.equal(
    escapeUnseen('\u0007\u009b\u202e\u2003\ud800😀'),
    '\\x07\\x9b\\u{202e}\\u{2003}\\u{d800}😀',
  );
});

test('bytes are escaped one by one', () => {
  assert.equal(escapeBytes(Uint8Array.of(0x41, 0x00, 0xff, 0x22)), 'A\\x00\\xff\\"');
});

test('UTF-8 is quoted as text, other bytes one by one', () => {
  assert.equal(quote(Buffer.from('grün')), '"grün"');
  assert.equal(quote(Uint8Array.of(0x61, 0xc3)), '"a\\xc3"');
});

test('a long quotation is cut between characters and says so', () => {
  assert.equal(quote(Buffer.from('ü'.repeat(100)), 10), `"${'ü'.repeat(10)}"…`);
  // The cut of the bytes that are looked at may fall inside a character.
  assert.equal(quote(Buffer.from(`a${'😀'.repeat(20)}`), 4), '"a😀"…');
});

test('hex shows at most as many bytes as asked for', () => {
  assert.equal(hex(Uint8Array.of(1, 0x81, 0xff)), '01 81 ff');
  assert.equal(hex(Uint8Array.of(1, 0x81, 0xff), 2), '01 81');
  assert.equal(hex(new Uint8Array(0)), '');
});
