/** The recorder among other intermediaries: HTTP/2 servers, a proxy of the user, two contexts. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, connect, type Server } from 'node:net';
import { testCertificate } from '../../conformance/testing/certificate.ts';
import { createWebSocketServer } from '../../server/node/server.ts';
import { expect, test } from './fixtures.ts';

test.use({ ignoreHTTPSErrors: true });

async function listen(server: { listen(port: number, host: string): unknown }): Promise<number> {
  server.listen(0, 'localhost');
  await once(server as never, 'listening');
  return ((server as unknown as Server).address() as AddressInfo).port;
}

/** Serves a page over HTTP/2, and WebSockets over HTTP/1.1; says that it would over HTTP/2 as well. */
async function startHttp2Server(enableConnectProtocol: boolean) {
  const protocols: string[] = [];
  const sockets = createWebSocketServer({
    endpoints: { '/': { message: (socket, message) => void socket.send(message) } },
  });
  const server = createSecureServer(
    { ...(await testCertificate()), allowHTTP1: true, settings: { enableConnectProtocol } },
    (request, response) => {
      protocols.push(request.httpVersion);
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>h2</title>');
    },
  );
  server.on('upgrade', (request, stream, head) => sockets.handleUpgrade(request, stream, head));
  // Extended CONNECT is not served: a browser that used it would fail.
  server.on('stream', (stream, headers) => {
    if (headers[':method'] === 'CONNECT') stream.respond({ ':status': 501 }, { endStream: true });
  });
  const port = await listen(server);
  return { port, protocols, close: () => sockets.close(1001, 0).then(() => server.close()) };
}

for (const offers of [true, false]) {
  test(`a wss socket to an HTTP/2 server that ${offers ? 'offers' : 'has no'} extended CONNECT is recorded`, async ({
    page,
    wire,
    browserName,
  }) => {
    const server = await startHttp2Server(offers);
    const origin = `localhost:${server.port}`;
    await page.goto(`https://${origin}/`);
    await page.evaluate((url) => {
      const socket = new WebSocket(url);
      socket.onopen = () => socket.send('hello');
    }, `wss://${origin}/`);
    const connection = await wire.waitForConnection(`wss://${origin}/`);
    await expect(connection).toHaveReceived('hello');
    // Firefox can be told to use HTTP/1.1 for WebSockets alone.
    const changesPages = offers && browserName === 'chromium';
    expect(server.protocols[0]).toBe(changesPages ? '1.1' : '2.0');
    await server.close();
  });
}

test("the user's own proxy gets the connections", async ({ browser, wire, site }) => {
  const asked: string[] = [];
  const proxy = createServer((_request, response) => response.end('from the proxy'));
  proxy.on('connect', (request, client) => {
    asked.push(request.url!);
    const server = connect(Number(new URL(site.origin).port), 'localhost', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(server).pipe(client);
    });
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
  });
  const server = `http://localhost:${await listen(proxy)}`;
  const context = await browser.newContext({ proxy: { server } });
  const page = await context.newPage();
  await page.goto('http://internal.example/');
  expect(await page.textContent('body')).toBe('from the proxy');
  await page.evaluate((url) => {
    const socket = new WebSocket(url);
    socket.onopen = () => socket.send('hello');
  }, 'ws://internal.example/');
  await expect(await wire.waitForConnection(/internal/)).toHaveReceived('hello');
  expect(asked).toContain('internal.example:80');
  await context.close();
  proxy.closeAllConnections();
  proxy.close();
});

/** For a machine that is busy. */
const longer = { timeout: 60_000 };

test('a page that opens a hundred sockets, and a server that floods, are recorded', async ({
  page,
  wire,
  site,
}) => {
  test.setTimeout(120_000);
  await wire.route('ws://flood.example/', (socket) => {
    for (let count = 0; count < 2000; count += 1) socket.ping('flood');
    socket.send('last');
  });
  await page.goto(site.origin);
  await page.evaluate((url) => {
    for (let count = 0; count < 100; count += 1) new WebSocket(`${url}/?${count}`);
    new WebSocket('ws://flood.example/');
  }, site.socket);
  const flood = await wire.waitForConnection('ws://flood.example/');
  await expect(flood).toHaveReceived('last', longer);
  expect(flood.pings()).toHaveLength(2000);
  // Firefox opens one connection to a host at a time (RFC 6455 §4.1 item 2).
  await expect.poll(() => wire.connections().length, longer).toBe(101);
});
