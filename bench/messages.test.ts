import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import { binaryMessage, jsonMessage, nonAsciiMessage } from './messages.ts';

const kinds = { binaryMessage, jsonMessage, nonAsciiMessage };

for (const [name, make] of Object.entries(kinds)) {
  test(`${name} has the requested size, is repeatable, and differs with n`, () => {
    for (let n = 0; n < 300; n++) assert.equal(make(1024, n).length, 1024);
    assert.deepEqual(make(1024, 7), make(1024, 7));
    assert.notDeepEqual(make(1024, 7), make(1024, 8));
  });
}

test('text is valid UTF-8 and mostly beyond ASCII; JSON is JSON', () => {
  const text = nonAsciiMessage(1024, 12345);
  assert.ok(isUtf8(text));
  assert.ok(text.filter((byte) => byte > 0x7f).length > 512);
  assert.equal(JSON.parse(jsonMessage(1024, 5).toString()).sequence, 5);
});
