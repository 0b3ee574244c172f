import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binary, close, handshake, ping, pong, text } from '../testing/client.ts';
import { onBothTransports } from '../testing/listening.ts';
import type { TcpClient } from '../testing/tcp.ts';

onBothTransports('the API', (listening) => {
  test('the handlers are called for each event, in order', async (t) => {
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

  test('a socket exposes its properties, pings, closes once and sends nothing afterwards', async (t) => {
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

  test('a peer that leaves without a Close frame is reported as 1006', async (t) => {
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

  test('messages can be iterated over and sent back unchanged', async (t) => {
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

  test('a peer is read no faster than the loop over its messages runs', async (t) => {
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
    // Nothing is answered while the reader is busy, including the ping after the messages.
    const other = client();
    await other.open();
    goOn();
    const frames = await peer.bytes(2 + 13 + 3 * (2 + 9) + 3);
    assert.deepEqual(seen, ['0', '1', '2', '3', '4']);
    const answers = ['handler 5', 'handler 6', 'handler 7'].map((answer) => `\x81\x09${answer}`);
    assert.equal(frames.toString('latin1'), `${answers.join('')}\x8a\x01p\x81\x0dleft the loop`);
  });

  test('a second loop at the same time throws; a loop over a closed socket ends at once', async (t) => {
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
    test(`a handler that ${what} closes its connection with 1011, and the error is reported`, async (t) => {
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

  test('requests with an allowed Origin or none are accepted, others are refused', async (t) => {
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

  test('a verify function that throws or takes too long refuses the request', async (t) => {
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

  test('a subprotocol that was not offered is never selected', async (t) => {
    const errors: unknown[] = [];
    const { client } = await listening(t, {
      subprotocols: () => 'c',
      onHandlerError: (error) => errors.push((error as Error).message),
    });
    const head = await client().open({ 'Sec-WebSocket-Protocol': 'a, b' });
    assert.match(head, /^HTTP\/1.1 500 /);
    assert.deepEqual(errors, ['Option subprotocols chose "c", which the client did not offer.']);
  });

  for (const [what, options] of [
    ['breaks a line', { responseHeaders: () => ({ A: 'x\r\nB: y' }) }],
    ['is no token', { responseHeaders: () => ({ 'A B': 'x' }) }],
    ["is the handshake's own", { responseHeaders: () => ({ 'sec-websocket-Accept': 'x' }) }],
    [
      'breaks a line of a refusal',
      { verify: () => ({ status: 401, body: '', headers: { A: '\n' } }) },
    ],
  ] as const) {
    test(`a response header that ${what} is refused with 500 and reported`, async (t) => {
      const errors: unknown[] = [];
      const onHandlerError = (error: unknown) => errors.push(error);
      const { client } = await listening(t, { ...options, onHandlerError });
      assert.match(await client().write(handshake()).rest(), /^HTTP\/1.1 500 /);
      assert.match(String(errors), /^TypeError: (Response header|Option responseHeaders) /);
    });
  }

  test('many large messages come back intact, however slowly they are read', async (t) => {
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
});
