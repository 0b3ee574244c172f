import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { reach, upstreamOf } from './reach.ts';

const { signal } = new AbortController();

test('the proxy option is read as Playwright reads it', () => {
  assert.equal(upstreamOf(undefined), undefined);
  const plain = upstreamOf({ server: 'proxy.example:3128' })!;
  assert.deepEqual(
    [plain.host, plain.port, plain.authorization],
    ['proxy.example', 3128, undefined],
  );
  const login = upstreamOf({ server: 'http://[::1]', username: 'ann', password: 'secret' })!;
  assert.deepEqual([login.host, login.port], ['::1', 80]);
  assert.equal(login.authorization, `Basic ${Buffer.from('ann:secret').toString('base64')}`);
  assert.throws(() => upstreamOf({ server: 'socks5://a:1' }), /HTTP proxy only.*socks5:\/\/a:1/);
});

test('hosts of the bypass list are reached directly', () => {
  const bypass = '.example.com, *.test, intra*.local';
  const { isBypassed } = upstreamOf({ server: 'p:1', bypass })!;
  for (const host of [
    'a.example.com',
    'example.com',
    'b.test',
    'intra7.local',
    'localhost',
    '::1',
  ]) {
    assert.equal(isBypassed(host), true, host);
  }
  for (const host of ['example.org', 'notexample.com', 'other.local']) {
    assert.equal(isBypassed(host), false, host);
  }
  assert.equal(
    upstreamOf({ server: 'p:1', bypass: '<-loopback>' })!.isBypassed('127.0.0.1'),
    false,
  );
});

test('a host is reached through the proxy, with the login', async () => {
  const target = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const { port } = target.address() as AddressInfo;
  const asked: unknown[] = [];
  const proxy = createHttpServer().on('connect', (request, socket) => {
    asked.push(request.url, request.headers['proxy-authorization']);
    const refused = request.headers['proxy-authorization'] === undefined;
    socket.end(refused ? 'HTTP/1.1 407 No\r\n\r\n' : 'HTTP/1.1 200 OK\r\n\r\nhello');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const server = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const settings = { server, bypass: '<-loopback>' };
  const upstream = upstreamOf({ ...settings, username: 'ann', password: 'x' });
  const socket = await reach({ host: '127.0.0.1', port }, upstream, signal);
  const [bytes] = await once(socket, 'data');
  assert.equal(String(bytes), 'hello');
  assert.deepEqual(asked, [
    `127.0.0.1:${port}`,
    `Basic ${Buffer.from('ann:x').toString('base64')}`,
  ]);
  await assert.rejects(
    reach({ host: '127.0.0.1', port }, upstreamOf(settings), signal),
    /127\.0\.0\.1:\d+ cannot be reached: the proxy .* of use\.proxy: it answered 407 No/,
  );
  socket.destroy();
  proxy.close();
  target.close();
});

test('a host that nothing listens on is named with the reason', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await assert.rejects(reach({ host: '127.0.0.1', port }, undefined, signal), {
    message: `127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
  });
});
