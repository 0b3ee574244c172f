import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOpening } from './opening.ts';

const read = (text: string) => readOpening(Buffer.from(text));
const handshake =
  'GET /chat?room=1 HTTP/1.1\r\nHost: a.example\r\nupgrade: WebSocket\r\nOrigin: https://a\r\n\r\n';

test('a handshake is read, however it arrives', () => {
  const expected = { target: '/chat?room=1', host: 'a.example', origin: 'https://a' };
  assert.deepEqual(read(handshake), expected);
  assert.deepEqual(read(`${handshake}\x81`), expected);
  for (let length = 0; length < handshake.length; length += 1) {
    assert.equal(read(handshake.slice(0, length)), undefined, `${length} octets`);
  }
});

test('anything else is other', () => {
  assert.equal(read('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 'other');
  assert.equal(read('GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n'), 'other');
  assert.equal(read('POST / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'), 'other');
  assert.equal(read('SSH-2.0-x\r\n'), 'other');
  assert.equal(read(`GET /${'a'.repeat(70_000)}`), 'other');
});
