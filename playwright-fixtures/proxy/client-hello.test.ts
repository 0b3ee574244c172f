import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { isTls, readClientHello } from './client-hello.ts';

/** The first octets that a TLS client of Node sends. */
async function helloOf(servername: string, protocols: string[]): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const arrived = once(server, 'connection');
  const client = connect({ port, host: '127.0.0.1', servername, ALPNProtocols: protocols });
  client.on('error', () => {});
  const [socket] = await arrived;
  const [bytes] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

test('host name and protocols are read, however the octets arrive', async () => {
  const hello = await helloOf('chat.example', ['h2', 'http/1.1']);
  const expected = { servername: 'chat.example', protocols: ['h2', 'http/1.1'] };
  assert.equal(isTls(hello[0]), true);
  assert.deepEqual(readClientHello(hello), expected);
  assert.deepEqual(readClientHello(Buffer.concat([hello, Buffer.from('more')])), expected);
  for (let length = 0; length < hello.length; length += 1) {
    assert.equal(readClientHello(hello.subarray(0, length)), undefined, `${length} octets`);
  }
});

test('a message that spans records is joined', async () => {
  const hello = await helloOf('chat.example', ['http/1.1']);
  const message = hello.subarray(5);
  const records = [message.subarray(0, 40), message.subarray(40)].map((part) => {
    const head = Buffer.from(hello.subarray(0, 5));
    head.writeUInt16BE(part.length, 3);
    return Buffer.concat([head, part]);
  });
  assert.deepEqual(readClientHello(Buffer.concat(records)), {
    servername: 'chat.example',
    protocols: ['http/1.1'],
  });
});

test('what is no ClientHello is refused', async () => {
  const hello = await helloOf('chat.example', ['http/1.1']);
  const otherMessage = Buffer.from(hello);
  otherMessage[5] = 2;
  assert.throws(() => readClientHello(otherMessage), RangeError);
  assert.throws(() => readClientHello(Buffer.from('GET / HTTP/1.1\r\n')), RangeError);
  const cut = Buffer.from(hello);
  cut.writeUInt16BE(0xffff, 5 + 4 + 2 + 32 + 1 + hello[5 + 4 + 2 + 32]!);
  assert.throws(() => readClientHello(cut), RangeError);
});
