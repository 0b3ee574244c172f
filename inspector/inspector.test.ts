import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { loadTimeline } from '../conformance/results/stored-timeline.ts';
import { bytesFrom } from '../conformance/wire/timeline.ts';
import { opcodes, writeFrame } from '../conformance/wire/wire.ts';
import { framesAs, injections } from '../page/inspector/injections.ts';
import { behaviours } from '../server/behaviours.ts';
import { selfSignedCertificate } from '../server/node/certificate.ts';
import { createWebSocketServer } from '../server/node/server.ts';
import { createPageServer } from '../server/page-server.ts';
import { transitions } from '../server/protocol/states.ts';
import { Inspector } from './inspector.ts';
import { connectThrough, Page, type Sent } from './testing/page.ts';

const inspector = new Inspector({ transitions });
const webSocketServer = createWebSocketServer({ endpoints: behaviours });
let pageServer: Server;
let port: number;
let page: Page;

before(async () => {
  await webSocketServer.listen();
  pageServer = createPageServer({ webSocketPort: 0, handlers: [inspector.handle] });
  pageServer.listen(0, '127.0.0.1');
  await once(pageServer, 'listening');
  port = (pageServer.address() as AddressInfo).port;
  page = new Page(port);
});

after(async () => {
  await inspector.close();
  pageServer.closeAllConnections();
  pageServer.close();
  await webSocketServer.close(1001, 0);
});

/** How the socket is closed: by FIN or by reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

test('a session reports heads and frames, and the target receives its own Host', async (t) => {
  const session = page.open(`${webSocketServer.url}/echo?a=b`);
  t.after(() => session.end());
  const client = await connectThrough(session);
  client.write(Buffer.from('8183000000006162 63'.replace(' ', ''), 'hex'));
  const echo = await session.event('frame', ({ from }) => from === 'server');

  const asked = await session.event('head', ({ from }) => from === 'client');
  assert.equal(asked.startLine, 'GET /echo HTTP/1.1');
  assert.deepEqual(asked.headers[0], { name: 'Host', value: new URL(webSocketServer.url).host });
  const { at: _, ...rest } = echo;
  assert.deepEqual(rest, {
    kind: 'frame',
    connection: 1,
    from: 'server',
    injected: false,
    deflate: false,
    offset: echo.offset,
    complete: true,
    header: '8103',
    fin: true,
    rsv1: false,
    rsv2: false,
    rsv3: false,
    opcode: 1,
    lengthForm: 7,
    declaredLength: '3',
    payload: '616263',
    payloadLength: 3,
  });
});

test('frames can be injected into both streams and are marked as injected', async (t) => {
  const session = page.open(webSocketServer.url);
  t.after(() => session.end());
  const client = await connectThrough(session);
  const ping = { opcode: 9, payload: '6869' };
  assert.equal(await session.inject({ frames: [{ ...ping, masked: true }] }), '204 ');
  const pong = await session.event('frame', ({ opcode }) => opcode === 10);
  assert.deepEqual([pong.from, pong.payload, pong.injected], ['server', '6869', false]);

  let received = '';
  client.setEncoding('latin1').on('data', (text) => {
    received += text;
  });
  const order = { as: 'server', frames: [{ ...ping, masked: false }] } as const;
  assert.equal(await session.inject(order), '204 ');
  while (!received.includes('\x89\x02hi')) await once(client, 'data');
  await session.event('frame', ({ from, opcode }) => from === 'server' && opcode === 9);
  const pings = session.frames().filter(({ opcode }) => opcode === 9);
  assert.deepEqual(
    pings.map(({ from, injected }) => [from, injected]),
    [
      ['client', true],
      ['server', true],
    ],
  );
});

/** The page with a session for a new wss target. */
async function openSecure(t: TestContext) {
  const tls = await selfSignedCertificate();
  const secure = createWebSocketServer({ endpoints: behaviours, tls });
  const { port: securePort } = await secure.listen();
  t.after(() => secure.close(1001, 0));
  const session = page.open(`wss://127.0.0.1:${securePort}/`);
  t.after(() => session.end());
  return session;
}

test('a wss target on this machine is inspected like any other', async (t) => {
  const session = await openSecure(t);
  await connectThrough(session);
  const ping = { opcode: 9, payload: '6869', masked: true };
  assert.equal(await session.inject({ frames: [ping] }), '204 ');
  await session.event('frame', ({ opcode }) => opcode === 10);
});

test('a client that resets its connection to a wss target ends only that connection', async (t) => {
  const session = await openSecure(t);
  const client = await connectThrough(session);
  client.resetAndDestroy();
  await session.event('rst', ({ from }) => from === 'client');
  const next = await connectThrough(session, false);
  await session.event('head', ({ connection, status }) => connection === 2 && status === 101);
  next.destroy();
});

test('an injection waits until the stream is between two frames', async (t) => {
  const session = page.open(`${webSocketServer.url}/echo`);
  t.after(() => session.end());
  const client = await connectThrough(session);
  client.write(Buffer.from('81830000000061', 'hex'));
  client.write(Buffer.from('62', 'hex'));
  const injected = session.inject({ frames: [{ opcode: 9, payload: '', masked: true }] });
  client.write(Buffer.from('63', 'hex'));
  assert.equal(await injected, '204 ');
  await session.event('frame', ({ opcode }) => opcode === 10);
  const sent = session.frames().filter(({ from }) => from === 'client');
  assert.deepEqual(
    sent.map(({ opcode, payload }) => [opcode, payload]),
    [
      [1, '616263'],
      [9, ''],
    ],
  );
});

test('our server reacts to each injection as the page predicts', async () => {
  await Promise.all(
    injections.map(async (injection) => {
      const session = page.open(webSocketServer.url);
      const client = await connectThrough(session);
      await session.inject({ frames: framesAs(injection, 'client') });
      // Outstanding answers arrive before this one.
      const last = { opcode: 9, payload: '7a7a', masked: true };
      if (injection.legal && injection.id !== 'close') await session.inject({ frames: [last] });
      const end = await Promise.race([
        session.event('frame', ({ opcode, payload }) => opcode === 10 && payload === '7a7a'),
        session.event('frame', ({ from, opcode }) => from === 'server' && opcode === 8),
      ]);
      const code = end.opcode === 8 ? String(Number.parseInt(end.payload.slice(0, 4), 16)) : 'open';
      const expected = injection.legal
        ? ({ close: '1000' }[injection.id] ?? 'open')
        : injection.id === 'text-after-close'
          ? '1000'
          : (/\d{4}$/.exec(injection.expected.replace('.', ''))?.[0] ?? '1002');
      assert.equal(code, expected, injection.title);
      client.destroy();
      session.end();
    }),
  );
});

test('an incomplete frame is reported when its stream ends', async (t) => {
  const session = page.open(webSocketServer.url);
  t.after(() => session.end());
  const client = await connectThrough(session);
  client.end(Buffer.from('818500000000616263', 'hex'));
  const cut = await session.event('frame');
  assert.deepEqual([cut.complete, cut.payload, cut.declaredLength], [false, '616263', '5']);
});

test('the timeline of a connection can be saved and loaded again', async (t) => {
  const session = page.open(webSocketServer.url);
  t.after(() => session.end());
  await connectThrough(session);
  const [, json = ''] = /^200 (.*)$/s.exec(await session.timeline(1)) ?? [];
  const timeline = loadTimeline(JSON.parse(json));
  assert.match(bytesFrom(timeline, 'client').toString(), /^GET \/ HTTP\/1\.1\r\n/);
  assert.match(bytesFrom(timeline, 'server').toString(), /^HTTP\/1\.1 101 /);
  assert.match(await session.timeline(1, 'txt'), /^200 client → .*bytes 0–.*request/);
  const again = await page.ask({ path: '/inspector/timelines', body: JSON.parse(json) });
  const told = again
    .slice(4)
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    told,
    session.events.filter(({ kind }) => kind === 'head'),
  );
  assert.match(await session.timeline(2), /^404 There is no such connection/);
});

test('a saved timeline has no cookie, no login and no token', async (t) => {
  const session = page.open(webSocketServer.url);
  t.after(() => session.end());
  const socket = await connectThrough(session, true, [
    'Cookie: id=s3cr3t-cookie',
    'Authorization: Bearer s3cr3t-bearer',
    'Sec-WebSocket-Protocol: chat, s3cr3t0token1abcdef',
  ]);
  const payload = Buffer.from('my id is s3cr3t-cookie');
  socket.write(writeFrame({ opcode: opcodes.text, payload, maskKey: Uint8Array.of(1, 2, 3, 4) }));
  await session.event('frame');
  const [, json = ''] = /^200 (.*)$/s.exec(await session.timeline(1)) ?? [];
  const request = bytesFrom(loadTimeline(JSON.parse(json)), 'client').toString();
  assert.match(request, /\r\nCookie: \*+\r\n.*\r\nSec-WebSocket-Protocol: chat, \*+\r\n/s);
  assert.match(request, /\r\n\r\n$/);
  const text = await session.timeline(1, 'txt');
  assert.match(text, /Authorization: \*+/);
  assert.doesNotMatch(request + text, /s3cr3t/);
});

test('an unreachable target is reported with a reason', async (t) => {
  const absent = createServer().listen(0, '127.0.0.1');
  await once(absent, 'listening');
  const { port: free } = absent.address() as AddressInfo;
  absent.close();
  await once(absent, 'close');
  const session = page.open(`ws://127.0.0.1:${free}/`);
  t.after(() => session.end());
  const client = await connectThrough(session, false);
  const { sentence } = await session.event('problem');
  assert.equal(sentence, `127.0.0.1:${free} cannot be reached: nothing is listening there.`);
  await closed(client);
  assert.match(
    await session.inject({ frames: [{ opcode: 9, payload: '', masked: true }] }),
    /^409 There is no connection 1/,
  );
});

test('the end of the request ends the session and its connections', async () => {
  const session = page.open(webSocketServer.url);
  const client = await connectThrough(session);
  session.end();
  await closed(client);
  assert.match(await session.timeline(1), /^404 There is no such session/);
});

test('only the inspector’s own page, on this machine, is served', async () => {
  const target = { target: webSocketServer.url };
  const foreign: Sent[] = [
    { headers: { Host: 'evil.test' } },
    { headers: { Host: `localhost.evil.test:${port}` } },
    { headers: { Origin: 'http://evil.test' } },
    { headers: { Origin: 'null' } },
    { headers: { 'Sec-Fetch-Site': 'cross-site' } },
    { headers: { 'Sec-Fetch-Site': 'same-site' } },
  ];
  for (const sent of foreign) assert.match(await page.ask({ ...sent, body: target }), /^403 /);
  assert.match(await page.ask({ headers: { 'Content-Type': 'text/plain' } }), /^415 /);
});

/** A target that records the requests it receives. */
async function watchedTarget(t: TestContext) {
  let asked = '';
  let connections = 0;
  const target = createServer((socket) => {
    connections += 1;
    socket
      .on('error', () => {})
      .on('data', (bytes) => {
        asked += bytes;
        socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
      });
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  t.after(() => target.close());
  const url = `ws://127.0.0.1:${(target.address() as AddressInfo).port}/`;
  return { url, asked: () => asked, connections: () => connections };
}

/** @returns everything that the tap answers */
async function askTap(tap: URL, lines: readonly string[]): Promise<string> {
  const socket = connect(Number(tap.port), tap.hostname);
  socket.end(`${['GET / HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`);
  let answer = '';
  for await (const bytes of socket) answer += bytes;
  return answer;
}

test('a page of another site does not reach the target through a tap', async (t) => {
  const target = await watchedTarget(t);
  const session = page.open(target.url);
  t.after(() => session.end());
  const tap = new URL((await session.event('listening')).url);
  const host = `Host: ${tap.host}`;
  const handshake = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
  const refused: readonly (readonly string[])[] = [
    [host, 'Origin: http://evil.test', ...handshake],
    [host, 'Origin: null', ...handshake],
    [host, `origin : http://evil.test`, ...handshake],
    [host, `Origin: http://localhost:${port}`, 'Origin: http://evil.test', ...handshake],
    [host, `Origin: http://127.0.0.1:${port}`, ...handshake],
    // The name of a site that resolves to this machine.
    [`Host: evil.test:${tap.port}`, ...handshake],
    [host, 'Host: evil.test', ...handshake],
    [...handshake],
    // As for an image in a page.
    [host, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'],
    [host, 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: no-cors'],
  ];
  for (const lines of refused) {
    assert.match(await askTap(tap, lines), /^HTTP\/1\.1 403 /, lines.join());
  }
  const { sentence } = await session.event('problem');
  assert.equal(
    sentence,
    `A page of http://evil.test requested the target and was refused: only http://localhost:${port} is allowed.`,
  );
  assert.equal(target.connections(), 0);
  const own = [`Origin: http://localhost:${port}`, 'Sec-Fetch-Site: cross-site'];
  for (const origin of [[], own]) {
    assert.match(await askTap(tap, [host, ...origin, ...handshake]), /^HTTP\/1\.1 400 /);
  }
  assert.match(target.asked(), /^GET \/ HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
});

test('an incomplete request does not reach the target', async (t) => {
  const target = await watchedTarget(t);
  const session = page.open(target.url);
  t.after(() => session.end());
  const { url } = await session.event('listening');
  const { hostname, port: tapPort } = new URL(url);
  for (const [bytes, sentence] of [
    ['GET / HTTP/1.1\r\nHost: evil.test\r\n', /ended before its request was complete/],
    [`GET / HTTP/1.1\r\nX: ${'x'.repeat(65_536)}`, /longer than 64 KiB/],
  ] as const) {
    const socket = connect(Number(tapPort), hostname);
    socket.on('error', () => {});
    socket.end(bytes);
    await session.event('problem', (problem) => sentence.test(problem.sentence));
    await closed(socket);
  }
  assert.equal(target.connections(), 0);
});

test('an invalid request is answered with its mistake', async () => {
  assert.match(await page.ask({ method: 'PUT' }), /^405 Only POST is allowed here/);
  assert.match(await page.ask({ body: '{' }), /^400 The request is not JSON/);
  assert.match(await page.ask({ body: { target: 'http://x' } }), /^400 A WebSocket address/);
  assert.match(await page.ask({ body: ' '.repeat(64 * 1024 * 1024 + 1) }), /^413 /);
  for (const body of [{}, [], 1, { transport: 'tcp', client: {}, server: {}, entries: [] }]) {
    assert.match(
      await page.ask({ path: '/inspector/timelines', body }),
      /^400 This is not a timeline saved by the inspector/,
    );
  }
  assert.match(await page.ask({ path: '/inspector/sessions/x/frames', body: {} }), /^400 /);
  assert.match(await page.ask({ path: '/inspector/sessions/x', method: 'GET' }), /^404 /);
});

test('the states are the server’s transition table', async () => {
  const answer = await page.ask({ path: '/inspector/states.json', method: 'GET' });
  assert.deepEqual(JSON.parse(answer.slice(4)), transitions);
});
