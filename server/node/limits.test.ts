import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { binary, close, continuation, handshake, ping, text } from '../testing/client.ts';
import { type listening, onBothTransports } from '../testing/listening.ts';
import type { ServerWebSocket } from './server-web-socket.ts';

const open = { fin: false };

type Listening = typeof listening;

/** A server whose limits are about to be exceeded, the rules it reports, and whether it survives. */
async function crossing(t: TestContext, listen: Listening, options: Parameters<Listening>[1] = {}) {
  const rules: string[] = [];
  let tell: () => void;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = await listen(t, {
    ...options,
    observe: (observation) => {
      if (observation.type !== 'violation') return;
      rules.push(observation.violation.rule);
      tell();
    },
  });
  return {
    ...server,
    /** The rules reported so far, in order. */
    rules,
    /** Resolves when a rule was reported. */
    told,
    /** A new connection is served as before. */
    goesOn: async () => {
      const peer = server.client();
      await peer.open();
      peer.write(text('abc'));
      assert.equal((await peer.bytes(5)).toString('hex'), '8103646566');
    },
  };
}

onBothTransports('the limits', (listen) => {
  test('a message over maxMessageBytes: 1009, in one frame and in fragments', async (t) => {
    const { client, rules, goesOn } = await crossing(t, listen, { maxMessageBytes: 10 });
    for (const frames of [
      [text('', { declaredLength: 11n })],
      [text('123456', open), continuation('78901')],
    ]) {
      const peer = client();
      await peer.open();
      peer.write(text('1234567890'), ...frames);
      assert.deepEqual(await peer.frames(), ['text "def"', 'close 1009 "message-too-big"']);
      peer.end();
    }
    assert.deepEqual(rules, ['message-too-big', 'message-too-big']);
    await goesOn();
  });

  test('a compressed message that inflates to more than maxMessageBytes: 1009', async (t) => {
    const limits = { maxMessageBytes: 1000, compression: true };
    const { client, rules, goesOn } = await crossing(t, listen, limits);
    const peer = client();
    await peer.open({ 'Sec-WebSocket-Extensions': 'permessage-deflate' });
    const flush = { finishFlush: constants.Z_SYNC_FLUSH };
    const bomb = deflateRawSync(Buffer.alloc(1001), flush).subarray(0, -4);
    assert.ok(bomb.length < 50);
    peer.write(binary(bomb, { rsv: 4 }));
    assert.deepEqual(await peer.frames(), ['close 1009 "message-too-big"']);
    peer.end();
    assert.deepEqual(rules, ['message-too-big']);
    await goesOn();
  });

  test('more fragments than maxFragments: 1008', async (t) => {
    const { client, rules, goesOn } = await crossing(t, listen, { maxFragments: 3 });
    const peer = client();
    await peer.open();
    peer.write(text('', open), continuation('', open), continuation(''));
    peer.write(text('', open), continuation('', open), continuation('', open), continuation(''));
    assert.deepEqual(await peer.frames(), ['text "def"', 'close 1008 "too-many-fragments"']);
    peer.end();
    assert.deepEqual(rules, ['too-many-fragments']);
    await goesOn();
  });

  for (const [option, request, status, rule] of [
    ['maxHeadBytes', handshake({ A: 'x'.repeat(500) }), 431, 'head-too-large'],
    ['maxHeaders', handshake({ A: '1', B: '2', C: '3' }), 431, 'too-many-headers'],
    ['maxTargetBytes', handshake({}, `GET /${'x'.repeat(200)} HTTP/1.1`), 414, 'target-too-long'],
  ] as const) {
    test(`a head over ${option}: ${status}`, async (t) => {
      const least = { maxHeadBytes: 512, maxHeaders: 6, maxTargetBytes: 100 };
      const limits = { [option]: least[option] };
      const { client, rules, goesOn } = await crossing(t, listen, limits);
      const peer = client().write(request);
      assert.match(await peer.rest(), new RegExp(`^HTTP/1.1 ${status} `));
      peer.end();
      assert.deepEqual(rules, [rule]);
      await goesOn();
    });
  }

  test('a handshake that takes longer than handshakeTimeout: 408', async (t) => {
    const { client, rules, goesOn } = await crossing(t, listen, { handshakeTimeout: 20 });
    for (const start of ['', 'GET / HT']) {
      const peer = client().write(start);
      assert.match(await peer.rest(), /^HTTP\/1.1 408 Request Timeout\r\n/);
      peer.end();
    }
    assert.deepEqual(rules, ['handshake-timeout', 'handshake-timeout']);
    await goesOn();
  });

  test('time during which the whole process was blocked does not count against a peer', async (t) => {
    const { client, opened } = await listen(t, { handshakeTimeout: 200 });
    // The server's clock runs while there is a connection.
    await client().open();
    await opened();
    const peer = client().write(handshake());
    await once(peer.socket, 'connect');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    assert.match(await peer.head(), /^HTTP\/1.1 101 /);
  });

  test('a refused peer that stays connected is dropped after closeTimeout', async (t) => {
    const { client, rules, goesOn } = await crossing(t, listen, { closeTimeout: 20 });
    const peer = client().write('x\n');
    await peer.closed();
    assert.deepEqual(rules, ['bare-line-feed']);
    await goesOn();
  });

  test('a peer that does not answer our Close is dropped after closeTimeout', async (t) => {
    const { client, opened, rules, goesOn } = await crossing(t, listen, { closeTimeout: 20 });
    const peer = client();
    await peer.open();
    (await opened()).close(1000, 'bye');
    assert.deepEqual(await peer.frames(), ['close 1000 "bye"']);
    await peer.closed();
    assert.deepEqual(rules, ['close-timeout']);
    await goesOn();
  });

  test('a peer that keeps sending after our Close is dropped as well', async (t) => {
    const { client, opened } = await listen(t, { closeTimeout: 20 });
    const peer = client();
    await peer.open();
    (await opened()).close(1000);
    const timer = setInterval(() => peer.write(ping()), 1);
    await peer.closed();
    clearInterval(timer);
  });

  test('a silent peer is pinged, and closed after idleTimeout', async (t) => {
    const { client, rules, goesOn } = await crossing(t, listen, { idleTimeout: 40 });
    const peer = client();
    await peer.open();
    assert.deepEqual(await peer.frames(), ['ping ""', 'close 1008 "idle-timeout"']);
    peer.end();
    assert.deepEqual(rules, ['idle-timeout']);
    await goesOn();
  });

  test('a peer that answers the pings stays connected', async (t) => {
    const { client } = await listen(t, { idleTimeout: 40 });
    const peer = client();
    await peer.open();
    for (let i = 0; i < 4; i += 1) {
      assert.equal((await peer.bytes(2)).toString('hex'), '8900');
      peer.write(binary(''));
      assert.equal((await peer.bytes(5)).toString('hex'), '8103646566');
    }
  });

  test('idleTimeout 0 disables pings and closing', async (t) => {
    const { client, opened } = await listen(t, { idleTimeout: 0, handshakeTimeout: 40 });
    const peer = client();
    await peer.open();
    // Another connection reaches its timeout: the clock has passed this one.
    await client().rest();
    assert.equal((await opened()).state, 'open');
  });

  test('more than maxConnections: 503; a new one is accepted after one has left', async (t) => {
    const { client, ended, rules, goesOn } = await crossing(t, listen, { maxConnections: 1 });
    const first = client();
    await first.open();
    const second = client().write(handshake());
    assert.match(await second.rest(), /^HTTP\/1.1 503 Service Unavailable\r\n/);
    second.end();
    await second.closed();
    first.write(close()).end();
    await first.frames();
    await ended(1);
    assert.deepEqual(rules, ['too-many-connections']);
    await goesOn();
  });

  test('more than maxConnectionsPerAddress: 429; and a connection that has ended no longer counts', async (t) => {
    const limits = { maxConnectionsPerAddress: 2 };
    const { client, ended, rules, goesOn } = await crossing(t, listen, limits);
    const peers = [client(), client()];
    for (const peer of peers) await peer.open();
    const third = client().write(handshake());
    assert.match(await third.rest(), /^HTTP\/1.1 429 Too Many Requests\r\n/);
    third.end();
    await third.closed();
    for (const peer of peers) {
      peer.write(close()).end();
      await peer.frames();
    }
    await ended(2);
    assert.deepEqual(rules, ['too-many-connections-from-address']);
    await goesOn();
  });

  test('a peer that does not read: send returns false, then slow-reader closes', async (t) => {
    const limits = { highWaterMark: 100_000, maxBufferedBytes: 300_000 };
    const { client, opened, rules, goesOn } = await crossing(t, listen, limits);
    const peer = client();
    await peer.open();
    peer.socket.pause();
    const socket = await opened();
    const chunk = Buffer.alloc(50_000);
    let told = 0;
    while (socket.state === 'open') {
      if (!socket.send(chunk)) told += 1;
      await new Promise(setImmediate);
    }
    assert.ok(told > 1);
    assert.deepEqual(rules, ['slow-reader']);
    assert.equal(socket.send(chunk), false);
    await goesOn();
    // Buffered data still arrives, and after it the reason why no more does.
    peer.socket.resume();
    assert.equal((await peer.frames()).at(-1), 'close 1008 "slow-reader"');
  });

  test('a peer that reads nothing for stallTimeout is closed', async (t) => {
    const limits = { highWaterMark: 1000, stallTimeout: 30 };
    const { client, opened, rules, told, goesOn } = await crossing(t, listen, limits);
    const peer = client();
    await peer.open();
    peer.socket.pause();
    const socket = await opened();
    await fill(socket);
    await told;
    assert.deepEqual(rules, ['slow-reader']);
    await goesOn();
    peer.socket.resume();
    assert.equal((await peer.frames()).at(-1), 'close 1008 "slow-reader"');
  });

  test('a peer that does not read is not read from until it has caught up', async (t) => {
    const limits = { highWaterMark: 10_000, stallTimeout: 60_000 };
    const { client, opened, drained } = await listen(t, limits);
    const peer = client();
    await peer.open({}, '/echo');
    peer.socket.pause();
    const socket = await opened();
    const sent = await fill(socket);
    peer.write(text('abc'));
    peer.socket.resume();
    await drained();
    const frames = await peer.bytes(sent + 5);
    assert.equal(frames.subarray(-5).toString('hex'), '8103616263');
  });

  test('pings whose pongs the peer does not read: too-many-pings', async (t) => {
    const limits = { maxQueuedPongs: 100 };
    const { client, opened, rules, told, goesOn } = await crossing(t, listen, limits);
    const peer = client();
    await peer.open();
    peer.socket.pause();
    await fill(await opened());
    peer.write(Buffer.concat(Array.from({ length: 1000 }, () => ping('x'))));
    await told;
    assert.deepEqual(rules, ['too-many-pings']);
    await goesOn();
    peer.socket.resume();
    assert.equal((await peer.frames()).at(-1), 'close 1008 "too-many-pings"');
  });

  test('a server that fails one peer keeps serving the others', async (t) => {
    const { client } = await listen(t, { maxMessageBytes: 10, handshakeTimeout: 20 });
    const bad = [client(), client().write('\n'), client().write(handshake({ Host: undefined }))];
    const good = client();
    await good.open();
    for (const peer of bad) peer.socket.destroy();
    good.write(text('abc'));
    assert.equal((await good.bytes(5)).toString('hex'), '8103646566');
  });
});

/** Sends until the system takes no more; returns the bytes sent, headers included. */
async function fill(socket: ServerWebSocket): Promise<number> {
  const chunk = Buffer.alloc(65_000);
  let sent = 0;
  while (socket.bufferedBytes === 0) {
    socket.send(chunk);
    sent += chunk.length + 4;
    await new Promise(setImmediate);
  }
  return sent;
}
