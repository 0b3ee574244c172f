import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binary, close, continuation, handshake, ping, text } from '../testing/client.ts';
import { onBothTransports } from '../testing/listening.ts';
import type { ServerWebSocket } from './server-web-socket.ts';

const open = { fin: false };

/** Resolves when the server has told of a violation. */
function watching() {
  const rules: string[] = [];
  let tell: (rule: string) => void;
  const violation = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return {
    rules,
    violation,
    observe: (observation: { type: string; violation?: { rule: string } }) => {
      if (observation.type !== 'violation') return;
      rules.push(observation.violation!.rule);
      tell(observation.violation!.rule);
    },
  };
}

onBothTransports('the limits', (listening) => {
  test('a message over maxMessageBytes: 1009, in one frame and in fragments', async (t) => {
    const watch = watching();
    const { client } = await listening(t, { maxMessageBytes: 10, observe: watch.observe });
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
    assert.deepEqual(watch.rules, ['message-too-big', 'message-too-big']);
  });

  test('more fragments than maxFragments: 1008', async (t) => {
    const { client } = await listening(t, { maxFragments: 3 });
    const peer = client();
    await peer.open();
    peer.write(text('', open), continuation('', open), continuation(''));
    peer.write(text('', open), continuation('', open), continuation('', open), continuation(''));
    assert.deepEqual(await peer.frames(), ['text "def"', 'close 1008 "too-many-fragments"']);
    peer.end();
  });

  for (const [option, request, status] of [
    ['maxHeadBytes', handshake({ A: 'x'.repeat(500) }), 431],
    ['maxHeaders', handshake({ A: '1', B: '2', C: '3' }), 431],
    ['maxTargetBytes', handshake({}, `GET /${'x'.repeat(200)} HTTP/1.1`), 414],
  ] as const) {
    test(`a head over ${option}: ${status}`, async (t) => {
      const least = { maxHeadBytes: 512, maxHeaders: 6, maxTargetBytes: 100 };
      const { client } = await listening(t, { [option]: least[option] });
      const peer = client().write(request);
      assert.match(await peer.rest(), new RegExp(`^HTTP/1.1 ${status} `));
      peer.end();
    });
  }

  test('a handshake that takes longer than handshakeTimeout: 408', async (t) => {
    const { client } = await listening(t, { handshakeTimeout: 20 });
    for (const start of ['', 'GET / HT']) {
      const peer = client().write(start);
      assert.match(await peer.rest(), /^HTTP\/1.1 408 Request Timeout\r\n/);
      peer.end();
    }
  });

  test('a refused peer that stays is dropped after closeTimeout', async (t) => {
    const { client } = await listening(t, { closeTimeout: 20 });
    const peer = client().write('x\n');
    await peer.closed();
  });

  test('a peer that does not answer our Close is dropped after closeTimeout', async (t) => {
    const watch = watching();
    const { client, opened } = await listening(t, { closeTimeout: 20, observe: watch.observe });
    const peer = client();
    await peer.open();
    (await opened()).close(1000, 'bye');
    assert.deepEqual(await peer.frames(), ['close 1000 "bye"']);
    await peer.closed();
    assert.deepEqual(watch.rules, ['close-timeout']);
  });

  test('a peer that keeps sending after our Close is dropped all the same', async (t) => {
    const { client, opened } = await listening(t, { closeTimeout: 20 });
    const peer = client();
    await peer.open();
    (await opened()).close(1000);
    const timer = setInterval(() => peer.write(ping()), 1);
    await peer.closed();
    clearInterval(timer);
  });

  test('a silent peer is pinged, and closed after idleTimeout', async (t) => {
    const { client } = await listening(t, { idleTimeout: 40 });
    const peer = client();
    await peer.open();
    assert.deepEqual(await peer.frames(), ['ping ""', 'close 1008 "idle-timeout"']);
    peer.end();
  });

  test('a peer that answers the pings stays', async (t) => {
    const { client } = await listening(t, { idleTimeout: 40 });
    const peer = client();
    await peer.open();
    for (let i = 0; i < 4; i += 1) {
      assert.equal((await peer.bytes(2)).toString('hex'), '8900');
      peer.write(binary(''));
      assert.equal((await peer.bytes(5)).toString('hex'), '8103646566');
    }
  });

  test('idleTimeout 0 switches pings and closing off', async (t) => {
    const { client, opened } = await listening(t, { idleTimeout: 0, handshakeTimeout: 40 });
    const peer = client();
    await peer.open();
    // Another connection runs into its timeout: the clock has passed by this one.
    await client().rest();
    assert.equal((await opened()).state, 'open');
  });

  test('more than maxConnections: 503; the next one may come when one has left', async (t) => {
    const { client, ended } = await listening(t, { maxConnections: 1 });
    const first = client();
    await first.open();
    const second = client().write(handshake());
    assert.match(await second.rest(), /^HTTP\/1.1 503 Service Unavailable\r\n/);
    second.end();
    await second.closed();
    first.write(close()).end();
    await first.frames();
    await ended(1);
    assert.match(await client().open(), /^HTTP\/1.1 101 /);
  });

  test('more than maxConnectionsPerAddress: 429; and one that has left counts no more', async (t) => {
    const { client, ended } = await listening(t, { maxConnectionsPerAddress: 2 });
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
    assert.match(await client().open(), /^HTTP\/1.1 101 /);
  });

  test('a peer that does not read: send tells, then slow-reader closes', async (t) => {
    const watch = watching();
    const limits = { highWaterMark: 100_000, maxBufferedBytes: 300_000 };
    const { client, opened } = await listening(t, { ...limits, observe: watch.observe });
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
    assert.deepEqual(watch.rules, ['slow-reader']);
    assert.equal(socket.send(chunk), false);
  });

  test('a peer that takes nothing for stallTimeout is closed', async (t) => {
    const watch = watching();
    const limits = { highWaterMark: 1000, stallTimeout: 30 };
    const { client, opened } = await listening(t, { ...limits, observe: watch.observe });
    const peer = client();
    await peer.open();
    peer.socket.pause();
    const socket = await opened();
    await fill(socket);
    assert.equal(await watch.violation, 'slow-reader');
  });

  test('a peer that does not read is not read either, until it has caught up', async (t) => {
    const limits = { highWaterMark: 10_000, stallTimeout: 60_000 };
    const { client, opened, drained } = await listening(t, limits);
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

  test('pings that nobody reads the answers of: too-many-pings', async (t) => {
    const watch = watching();
    const { client, opened } = await listening(t, { maxQueuedPongs: 100, observe: watch.observe });
    const peer = client();
    await peer.open();
    peer.socket.pause();
    await fill(await opened());
    peer.write(Buffer.concat(Array.from({ length: 1000 }, () => ping('x'))));
    assert.equal(await watch.violation, 'too-many-pings');
  });

  test('a server in trouble with one peer goes on with the others', async (t) => {
    const { client } = await listening(t, { maxMessageBytes: 10, handshakeTimeout: 20 });
    const bad = [client(), client().write('\n'), client().write(handshake({ Host: undefined }))];
    const good = client();
    await good.open();
    for (const peer of bad) peer.socket.destroy();
    good.write(text('abc'));
    assert.equal((await good.bytes(5)).toString('hex'), '8103646566');
  });
});

/** Sends until not everything leaves any more; returns the bytes sent, headers included. */
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
