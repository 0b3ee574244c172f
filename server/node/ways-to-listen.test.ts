import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { behaviours } from '../behaviours.ts';
import { handshake, sampleAccept, text } from '../testing/client.ts';
import { TcpClient } from '../testing/tcp.ts';
import { selfSignedCertificate } from './certificate.ts';
import { createWebSocketServer, type WebSocketServerOptions } from './server.ts';

async function httpServer(t: TestContext, options: Partial<WebSocketServerOptions> = {}) {
  const sockets = createWebSocketServer({ endpoints: behaviours, closeTimeout: 1000, ...options });
  const http: Server = createServer((_, response) => response.end('plain'));
  http.on('upgrade', (request, stream, head) => sockets.handleUpgrade(request, stream, head));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const clients: TcpClient[] = [];
  t.after(async () => {
    for (const client of clients) client.socket.destroy();
    http.close();
    await sockets.close();
  });
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const client = () => {
    const made = new TcpClient(url);
    clients.push(made);
    return made;
  };
  return { sockets, client };
}

test('attached to node:http, the server answers upgrades and nothing else', async (t) => {
  const { sockets, client } = await httpServer(t);
  const peer = client().write(
    Buffer.concat([Buffer.from(handshake({}, 'GET /echo?x HTTP/1.1')), text('early')]),
  );
  assert.match(await peer.head(), new RegExp(sampleAccept.replace('+', '\\+')));
  assert.equal((await peer.bytes(7)).toString('latin1'), '\x81\x05early');
  assert.equal(sockets.sockets.size, 1);
  const plain = client().write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(await plain.rest(), /plain/);
  const bad = client().write(handshake({ 'Sec-WebSocket-Key': 'x' }));
  assert.match(await bad.rest(), /^HTTP\/1.1 400 Bad Request\r\n/);
});

test('attached to node:http, limits apply as well', async (t) => {
  const { client } = await httpServer(t, { maxConnections: 1 });
  await client().open();
  assert.match(await client().write(handshake()).rest(), /^HTTP\/1.1 503 /);
});

test('wss works with a self-signed certificate made for the test', async (t) => {
  const certificate = await selfSignedCertificate();
  const server = createWebSocketServer({ endpoints: behaviours, tls: certificate });
  const { port } = await server.listen();
  t.after(() => server.close(1001, 100));
  assert.equal(server.url, `wss://127.0.0.1:${port}`);
  const socket = connectTls({ port, host: '127.0.0.1', ca: certificate.cert });
  let received = '';
  const enough = new Promise<void>((resolve) => {
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (received.endsWith('def')) resolve();
    });
  });
  socket.write(handshake());
  socket.write(text('abc'));
  await enough;
  assert.match(received, /^HTTP\/1.1 101 /);
  assert.ok(received.endsWith('\r\n\r\n\x81\x03def'));
  socket.destroy();
});

test('an IPv6 address has brackets in its URL', async (t) => {
  const server = createWebSocketServer({ endpoints: {} });
  const { port } = await server.listen(0, '::1');
  t.after(() => server.close());
  assert.equal(server.url, `ws://[::1]:${port}`);
});

test('a TLS server closes even with unfinished TLS handshakes', async () => {
  const server = createWebSocketServer({
    endpoints: behaviours,
    tls: await selfSignedCertificate(),
  });
  const { port } = await server.listen();
  const silent = connectTcp({ port, host: '127.0.0.1' });
  await once(silent, 'connect');
  const wary = connectTls({ port, host: '127.0.0.1' });
  await once(wary, 'error');
  const ended = once(silent, 'close');
  silent.on('error', () => {});
  await server.close(1001, 0);
  await ended;
});
