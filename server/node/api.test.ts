import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { behaviours } from '../behaviours.ts';
import { binary, close, handshake, ping, pong, sampleAccept, text } from '../testing/client.ts';
import { onBothTransports } from '../testing/listening.ts';
import { TcpClient } from '../testing/tcp.ts';
import { selfSignedCertificate } from './certificate.ts';
import { createWebSocketServer, type WebSocketServerOptions } from './server.ts';

const word = 'framewright ';
const deflateOffer = { 'Sec-WebSocket-Extensions': 'permessage-deflate' };

onBothTransports('the API', (listening) => {
  test('the handlers hear what happens, in order', async (t) => {
    const log: string[] = [];
    const { client, ended } = await listening(t, {
      endpoints: {
        '/a': {
          open: (socket, request) =>
            log.push(`open ${socket.path} ${request.query} ${socket.state}`),
          message: (_, message) => log.push(`message ${message.text()}`),
          ping: (_, payload) => log.push(`ping ${payload}`),
          pong: (_, payload) => log.push(`pong ${payload}`),
          close: (socket, code, reason) => log.push(`close ${code} ${reason} ${socket.state}`),
        },
      },
    });
    const peer = client();
    await peer.open({}, '/a?b');
    peer.write(text('x'), ping('y'), pong('z'), close(3000, 'bye')).end();
    await ended(1);
    assert.deepEqual(log, [
      'open /a b open',
      'message x',
      'ping y',
      'pong z',
      'close 3000 bye closed',
    ]);
  });

  test('a socket tells about itself, pings, closes once and is silent afterwards', async (t) => {
    const { server, client, opened, ended } = await listening(t, { subprotocols: ['b', 'a'] });
    const peer = client();
    const head = await peer.open({ 'Sec-WebSocket-Protocol': 'x, a, b' });
    assert.match(head, /\r\nSec-WebSocket-Protocol: a\r\n/);
    const socket = await opened();
    assert.deepEqual([...server.sockets], [socket]);
    const { id, path, subprotocol, remoteAddress, state, closeCode, closeReason } = socket;
    assert.deepEqual(
      { id, path, subprotocol, remoteAddress, state, closeCode, closeReason },
      {
        id: 1,
        path: '/',
        subprotocol: 'a',
        remoteAddress: '127.0.0.1',
        state: 'open',
        closeCode: 1006,
        closeReason: '',
      },
    );
    socket.ping(Buffer.from('p'));
    socket.send('one');
    socket.send(Buffer.from('two'));
    assert.equal(socket.bufferedBytes, 3 + 5 + 5);
    socket.close(1000, 'done');
    socket.close(1001);
    assert.equal(socket.send('late'), false);
    socket.ping();
    peer.write(close(1000)).end();
    assert.deepEqual(await peer.frames(), [
      'ping "p"',
      'text "one"',
      'binary 3',
      'close 1000 "done"',
    ]);
    await ended(1);
    assert.equal(socket.closeCode, 1000);
    assert.equal(server.sockets.size, 0);
  });

  test('a peer that just leaves is 1006', async (t) => {
    const codes: number[] = [];
    const { client, ended } = await listening(t, {
      endpoints: { '/': { close: (_, code) => codes.push(code) } },
    });
    for (const leave of [
      (peer: TcpClient) => peer.end(),
      (peer: TcpClient) => peer.socket.resetAndDestroy(),
    ]) {
      const peer = client();
      await peer.open();
      leave(peer);
      await ended(codes.length + 1);
    }
    assert.deepEqual(codes, [1006, 1006]);
  });

  test('terminate ends the connection at once', async (t) => {
    const { client, opened } = await listening(t);
    const peer = client();
    await peer.open();
    (await opened()).terminate();
    assert.deepEqual(await peer.frames(), []);
  });

  test('messages can be iterated over, and sent as they are', async (t) => {
    let finished = false;
    const { client, ended } = await listening(t, {
      endpoints: {
        '/': {
          open: async (socket) => {
            for await (const message of socket) socket.send(message);
            finished = true;
          },
        },
      },
    });
    const peer = client();
    // The first messages come with the handshake.
    peer.write(
      Buffer.concat([Buffer.from(handshake()), text('a')]),
      text('b'),
      text('c', { fin: false }),
    );
    assert.match(await peer.head(), / 101 /);
    assert.equal((await peer.bytes(6)).toString('latin1'), '\x81\x01a\x81\x01b');
    peer.write(close(1000)).end();
    assert.deepEqual(await peer.frames(), ['close 1000']);
    await ended(1);
    await new Promise(setImmediate);
    assert.ok(finished);
  });

  test('a peer is not read faster than the loop over its messages goes', async (t) => {
    const seen: string[] = [];
    let goOn = () => {};
    const stopped = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { client } = await listening(t, {
      maxQueuedMessages: 2,
      endpoints: {
        '/': {
          open: async (socket) => {
            for await (const message of socket) {
              if (seen.length === 0) await stopped;
              seen.push(message.text());
              if (seen.length === 5) break;
            }
            socket.send('left the loop');
          },
          message: (socket, message) => socket.send(`handler ${message.text()}`),
        },
      },
    });
    const peer = client();
    await peer.open();
    peer.write(...Array.from({ length: 8 }, (_, i) => text(`${i}`)), ping('p'));
    // Nothing is answered while the reader is busy: not even the ping behind the messages.
    const other = client();
    await other.open();
    goOn();
    const frames = await peer.bytes(2 + 13 + 3 * (2 + 9) + 3);
    assert.deepEqual(seen, ['0', '1', '2', '3', '4']);
    const answers = ['handler 5', 'handler 6', 'handler 7'].map((answer) => `\x81\x09${answer}`);
    assert.equal(frames.toString('latin1'), `${answers.join('')}\x8a\x01p\x81\x0dleft the loop`);
  });

  test('only one loop at a time; and one over a closed socket ends at once', async (t) => {
    const { client, opened, ended } = await listening(t);
    const peer = client();
    await peer.open();
    const socket = await opened();
    const messages = socket[Symbol.asyncIterator]();
    assert.throws(() => socket[Symbol.asyncIterator](), /iterated over already/);
    const waiting = messages.next();
    await messages.return!();
    assert.deepEqual(await waiting, { value: undefined, done: true });
    peer.write(close()).end();
    await ended(1);
    for await (const _ of socket) assert.fail('a closed socket has no messages');
  });

  for (const [what, fails] of [
    ['throws', () => assert.fail('oops')],
    ['rejects', async () => assert.fail('oops')],
  ] as const) {
    test(`a handler that ${what} closes its connection with 1011, and the error is told`, async (t) => {
      for (const endpoint of [{ message: fails }, { ping: fails }, { open: fails }]) {
        const errors: unknown[] = [];
        const { client } = await listening(t, {
          endpoints: { '/': endpoint },
          onHandlerError: (error) => errors.push((error as Error).message),
        });
        const peer = client();
        await peer.open();
        peer.write(text('x'), ping(''));
        await peer.including('failed');
        peer.write(close(1011));
        const frames = await peer.frames();
        assert.equal(
          frames.find((frame) => frame.startsWith('close')),
          'close 1011 "the application failed"',
        );
        assert.deepEqual([...new Set(errors)], ['oops']);
        peer.end();
      }
    });
  }

  test('Origins: those allowed, none, and no others', async (t) => {
    const { client } = await listening(t, { allowedOrigins: ['https://example.com', 'null'] });
    for (const origin of ['https://example.com', 'null', undefined]) {
      assert.match(await client().open({ Origin: origin }), /^HTTP\/1.1 101 /);
    }
    for (const origin of [
      'https://evil-example.com',
      'https://example.com.evil',
      'https://example.com:444',
      'http://example.com',
      'HTTPS://EXAMPLE.COM',
      '',
    ]) {
      assert.match(await client().open({ Origin: origin }), /^HTTP\/1.1 403 Forbidden\r\n/);
    }
  });

  for (const later of [false, true]) {
    test(`verify may refuse with a status and headers${later ? ', later' : ''}`, async (t) => {
      const refused = { status: 401, headers: { 'WWW-Authenticate': 'Bearer' }, body: 'who?\n' };
      const answer = <T>(value: T) => (later ? Promise.resolve(value) : value);
      const { client } = await listening(t, {
        verify: (request) =>
          answer(request.header('authorization') === 'x' ? undefined : refused) as undefined,
      });
      const stranger = client().write(handshake(), text('x'));
      const rest = await stranger.rest();
      assert.match(rest, /^HTTP\/1.1 401 Unauthorized\r\nConnection: close\r\n/);
      assert.match(rest, /\r\nWWW-Authenticate: Bearer\r\n\r\nwho\?\n$/);
      const friend = client().write(handshake({ Authorization: 'x' }), text('early'));
      assert.match(await friend.head(), /^HTTP\/1.1 101 /);
      assert.equal((await friend.bytes(5)).toString('hex'), '8103646566');
    });
  }

  test('a verify that fails, or takes too long, refuses', async (t) => {
    for (const [verify, status] of [
      [() => assert.fail('oops'), 500],
      [async () => assert.fail('oops'), 500],
      [() => ({ status: 200, body: '' }), 500],
      [() => new Promise<undefined>(() => {}), 408],
    ] as const) {
      const errors: unknown[] = [];
      const { client } = await listening(t, {
        verify,
        handshakeTimeout: status === 408 ? 20 : 60_000,
        onHandlerError: (error) => errors.push(error),
      });
      assert.match(await client().open(), new RegExp(`^HTTP/1.1 ${status} `));
      assert.equal(errors.length, status === 500 ? 1 : 0);
    }
  });

  test('subprotocols and response headers may be chosen by a function', async (t) => {
    const { client } = await listening(t, {
      subprotocols: (request) => request.subprotocols[1],
      responseHeaders: (request) => ({ 'X-Path': request.path }),
    });
    const head = await client().open({ 'Sec-WebSocket-Protocol': 'a, b' });
    assert.match(head, /\r\nSec-WebSocket-Protocol: b\r\nX-Path: \/\r\n\r\n$/);
    assert.doesNotMatch(await client().open(), /Sec-WebSocket-Protocol/);
  });

  test('many large messages come back unharmed, however slowly they are read', async (t) => {
    const { client } = await listening(t, { highWaterMark: 1_000_000 });
    const peer = client();
    await peer.open({}, '/echo');
    const payloads = Array.from({ length: 25 }, (_, i) => Buffer.alloc(300_000 + i, `${i} `));
    peer.write(...payloads.map((payload) => binary(payload)));
    for (const payload of payloads) {
      const frame = await peer.bytes(10 + payload.length);
      assert.ok(frame.subarray(10).equals(payload));
      // The kernel's buffers fill and empty in between.
      peer.socket.pause();
      await new Promise(setImmediate);
      peer.socket.resume();
    }
  });

  test('with compression, what is worth it is compressed both ways', async (t) => {
    const { client } = await listening(t, { compression: { threshold: 20 } });
    const peer = client();
    const head = await peer.open(deflateOffer, '/echo');
    assert.match(
      head,
      /\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n/,
    );
    const deflated = deflateRawSync(word.repeat(20), {
      finishFlush: constants.Z_SYNC_FLUSH,
    }).subarray(0, -4);
    peer.write(text('short'), text(deflated, { rsv: 4 }));
    assert.equal((await peer.bytes(7)).toString('latin1'), '\x81\x05short');
    const [first, length] = await peer.bytes(2);
    assert.equal(first, 0xc1);
    const payload = Buffer.concat([await peer.bytes(length!), Buffer.from([0, 0, 255, 255])]);
    const inflated = inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
    assert.equal(inflated.toString(), word.repeat(20));
  });

  test('large messages are compressed elsewhere, in order with the small ones', async (t) => {
    const { client, opened } = await listening(t, { compression: { threshold: 20 } });
    const peer = client();
    await peer.open(deflateOffer, '/echo');
    const large = word.repeat(100_000);
    const deflated = deflateRawSync(large, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    const socket = await opened();
    peer.write(text('a'), text(deflated, { rsv: 4 }), text('b'), ping('p'));
    assert.equal((await peer.bytes(3)).toString('latin1'), '\x81\x01a');
    const header = await peer.bytes(4);
    assert.deepEqual([header[0], header[1]], [0xc1, 126]);
    const payload = Buffer.concat([
      await peer.bytes(header.readUInt16BE(2)),
      Buffer.from([0, 0, 255, 255]),
    ]);
    const inflated = inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
    assert.ok(inflated.equals(Buffer.from(large)));
    assert.equal((await peer.bytes(6)).toString('latin1'), '\x81\x01b\x8a\x01p');
    socket.send(large);
    socket.send('between');
    socket.send(word.repeat(10));
    socket.close(1000);
    assert.ok(socket.bufferedBytes > large.length);
    assert.equal(socket.state, 'open');
    peer.write(close(1000)).end();
    const frames = (await peer.frames()).map((frame) => frame.split(' ').slice(0, 2).join(' '));
    assert.deepEqual(frames.slice(-2), ['(rsv1) text', 'close 1000']);
    assert.equal(frames.at(-3), 'text "between"');
  });

  test('a bomb is stopped at the limit while it is inflated, and the server goes on', async (t) => {
    const { client } = await listening(t, { compression: true, maxMessageBytes: 1_000_000 });
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), { finishFlush: 2 }).subarray(0, -4);
    for (const [payload, rule] of [
      [bomb, 'close 1009 "message-too-big"'],
      [Buffer.alloc(100_000, 0xff), 'close 1007 "invalid-deflate-data"'],
    ] as const) {
      const peer = client();
      await peer.open(deflateOffer);
      peer.write(text(payload, { rsv: 4 }));
      assert.deepEqual(await peer.frames(), [rule]);
      peer.end();
    }
    const good = client();
    await good.open();
    good.write(text('abc'));
    assert.equal((await good.bytes(5)).toString('hex'), '8103646566');
  });

  test('a connection may end while its messages are compressed elsewhere', async (t) => {
    const { client, opened, ended } = await listening(t, { compression: { threshold: 20 } });
    const peer = client();
    await peer.open(deflateOffer);
    const socket = await opened();
    const deflated = deflateRawSync(word.repeat(100_000), { finishFlush: 2 }).subarray(0, -4);
    peer.write(text(deflated, { rsv: 4 }));
    for (let i = 0; i < 3; i += 1) socket.send(word.repeat(10_000));
    peer.socket.destroy();
    await ended(1);
    assert.equal(socket.state, 'closed');
  });
});

// --- other ways to listen ---

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

test('behind node:http, upgrades are ours and the rest is not', async (t) => {
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

test('behind node:http, limits count too', async (t) => {
  const { client } = await httpServer(t, { maxConnections: 1 });
  await client().open();
  assert.match(await client().write(handshake()).rest(), /^HTTP\/1.1 503 /);
});

test('wss with a certificate made for the occasion', async (t) => {
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

const wrong: [options: object, message: RegExp][] = [
  [{}, /Option endpoints must map paths to behaviours, or be a function; got undefined/],
  [{ endpoints: { echo: {} } }, /a path begins with "\/" and has no query; got "echo"/],
  [{ endpoint: {} }, /There is no option endpoint\. The options are: endpoints, /],
  [
    { maxHeadBytes: 10 },
    /Option maxHeadBytes must be a whole number of bytes from 128 to 1048576; got 10/,
  ],
  [
    { maxFragments: 1.5 },
    /Option maxFragments must be a whole number of frames from 1 to \d+; got 1.5/,
  ],
  [
    { idleTimeout: '5' },
    /Option idleTimeout must be a whole number of milliseconds from 0 to \d+; got 5/,
  ],
  [{ compression: 1 }, /Option compression must be true, false or settings; got 1/],
  [
    { compression: { serverMaxWindowBits: 7 } },
    /compression.serverMaxWindowBits must be a whole number from 8 to 15; got 7/,
  ],
  [
    { compression: { contextTakeover: 1 } },
    /compression.contextTakeover must be true or false; got 1/,
  ],
  [{ compression: { levels: 9 } }, /There is no option compression.levels/],
  [
    { allowedOrigins: ['example.com'] },
    /takes origins such as "https:\/\/example.com"; got "example.com"/,
  ],
  [{ allowedOrigins: ['https://example.com/'] }, /got "https:\/\/example.com\/"/],
  [{ subprotocols: ['a b'] }, /Option subprotocols takes tokens .*; got "a b"/],
  [{ verify: true }, /Option verify must be a function; got true/],
  [{ observe: 'log' }, /Option observe must be a function; got log/],
  [{ transport: 'udp' }, /Option transport must be 'auto' or 'stream'; got udp/],
];
for (const [options, message] of wrong) {
  test(`${JSON.stringify(options)} throws`, () => {
    const all =
      'endpoints' in options || Object.keys(options).length === 0
        ? options
        : { endpoints: {}, ...options };
    assert.throws(() => createWebSocketServer(all as WebSocketServerOptions), message);
  });
}

test('no options at all throw', () => {
  assert.throws(
    () => createWebSocketServer(undefined as never),
    /needs options: at least \{ endpoints \}/,
  );
});

test('a server behind TLS closes, whatever became of the TLS handshakes', async () => {
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
