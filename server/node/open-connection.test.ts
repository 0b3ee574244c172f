import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { Connection } from '../protocol/connection.ts';
import { binary, close, describeFrames, handshake, ping, text } from '../testing/client.ts';
import { onBothTransports } from '../testing/listening.ts';
import { SlowTransport, serverSide } from '../testing/slow-transport.ts';
import type { Observation } from './observation.ts';
import { OpenConnection } from './open-connection.ts';
import type { Limits } from './options.ts';
import type { ServerSide } from './server-side.ts';

function echoing(limits: Partial<Limits>, rest: Partial<ServerSide> = {}) {
  const server = serverSide(limits, rest);
  const core = new Connection(server.shared);
  core.receive(Buffer.from(handshake()));
  core.next();
  core.accept();
  core.output.take();
  core.output.written(true);
  const transport = new SlowTransport();
  const connection = new OpenConnection(server, 1, core, transport, {
    behaviour: { message: (socket, message) => socket.send(message) },
    path: '/',
    subprotocol: undefined,
    compression: undefined,
  });
  transport.owner = connection;
  return { server, core, connection, transport };
}

test('memory still being written from is not reused when the peer has caught up only partly', async () => {
  const { connection, transport } = echoing({ highWaterMark: 64 * 1024 });
  const messages = ['a', 'b', 'c'].map((letter) => Buffer.alloc(100_000, letter));
  for (const message of messages) {
    const frame = binary(message);
    connection.received(frame, frame.length);
    // Fewer than `highWaterMark` bytes wait now, but not none.
    transport.bufferedBytes = 10;
    connection.socket.send('next');
    await Promise.resolve();
  }
  const frames = Buffer.concat(transport.written);
  assert.deepEqual(
    describeFrames(frames),
    messages.flatMap(() => ['binary 100000', 'text "next"']),
  );
  for (const [i, message] of messages.entries()) {
    const start = i * (10 + message.length + 6) + 10;
    assert.ok(frames.subarray(start, start + message.length).equals(message), `message ${i}`);
  }
});

test('a Close that is not answered before closeTimeout is not a clean close', () => {
  const closes: Observation[] = [];
  const limits = { closeTimeout: 1000 };
  const { server, core, connection, transport } = echoing(limits, {
    observe: (seen) => closes.push(seen),
  });
  // As when a message is being compressed in a thread.
  core.delaysClose = true;
  const frame = close(3000, 'enough');
  connection.received(frame, frame.length);
  server.clock.now += 999;
  connection.checkTime();
  assert.deepEqual(closes, []);
  server.clock.now += 1;
  connection.checkTime();
  assert.deepEqual(transport.calls, ['destroy']);
  assert.deepEqual(closes, [
    { type: 'close', id: 1, code: 3000, reason: 'enough', wasClean: false },
  ]);
});

test('pongs count against the peer only while they are unread', () => {
  const { core, connection, transport } = echoing({ maxQueuedPongs: 2 });
  const pings = (count: number) => {
    const bytes = Buffer.concat(Array.from({ length: count }, () => ping()));
    connection.received(bytes, bytes.length);
  };
  for (let time = 0; time < 5; time += 1) {
    // The first is sent at once; two may wait.
    for (let each = 0; each < 3; each += 1) pings(1);
    transport.bufferedBytes = 0;
  }
  assert.equal(core.state, 'open');
  pings(1);
  pings(3);
  assert.equal(core.state, 'closed');
});

test('bytes read after the last message that fits the queue are not lost', async () => {
  const { connection, transport } = echoing({ maxQueuedMessages: 1 });
  const messages = connection.iterate();
  const memory = Buffer.concat(['a', 'b', 'c'].map((letter) => text(letter)));
  connection.received(memory, memory.length);
  assert.deepEqual(transport.calls, ['pause']);
  // The next read, of another connection.
  memory.fill(0);
  for (const letter of ['a', 'b', 'c']) {
    const { value } = await messages.next();
    assert.equal(value.text(), letter);
  }
  assert.deepEqual(transport.calls, ['pause', 'resume']);
});

test('a slow iterating reader pauses the peer by bytes as well', async () => {
  const { connection, transport } = echoing({ highWaterMark: 10 });
  const messages = connection.iterate();
  for (const letters of ['12345', '67890']) {
    assert.deepEqual(transport.calls, []);
    const frame = text(letters);
    connection.received(frame, frame.length);
  }
  assert.deepEqual(transport.calls, ['pause']);
  await messages.next();
  assert.deepEqual(transport.calls, ['pause', 'resume']);
});

test('catching up counts as activity of the peer', async () => {
  const limits = { highWaterMark: 10, idleTimeout: 200, stallTimeout: 1000 };
  const { server, connection, transport } = echoing(limits);
  const frame = text('0123456789');
  connection.received(frame, frame.length);
  server.clock.now += 99;
  connection.checkTime();
  transport.bufferedBytes = 0;
  connection.drained();
  const { length } = transport.written;
  server.clock.now += 99;
  connection.checkTime();
  await Promise.resolve();
  assert.equal(transport.written.length, length);
  server.clock.now += 1;
  connection.checkTime();
  await Promise.resolve();
  assert.deepEqual(describeFrames(transport.written.at(-1)!), ['ping ""']);
});

test('a connection that ends releases the memory of its output', () => {
  const shared = serverSide({}).shared;
  for (let time = 0; time < 200; time += 1) {
    const { connection } = echoing({}, { shared });
    // Waits for the peer, which leaves without reading.
    connection.send('never read');
    connection.closed();
  }
  assert.equal(shared.scratch.acquire(10).bytes, shared.scratch.memory);
});

onBothTransports('a paused connection', (listening) => {
  test('sends at once what the application sends while its reader is busy', async (t) => {
    let seen: () => void;
    const message = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const { client, opened } = await listening(t, {
      compression: true,
      maxQueuedMessages: 1,
      endpoints: { '/': { open: (socket) => socket[Symbol.asyncIterator]() } },
      observe: ({ type }) => {
        if (type === 'message') seen();
      },
    });
    const peer = client();
    await peer.open({ 'Sec-WebSocket-Extensions': 'permessage-deflate' });
    // Inflated in a thread; then the reader's queue is full.
    const large = deflateRawSync(Buffer.alloc(500_000), { finishFlush: constants.Z_SYNC_FLUSH });
    peer.write(text(large.subarray(0, -4), { rsv: 4 }));
    await message;
    const socket = await opened();
    await new Promise(setImmediate);
    socket.send('x');
    await new Promise(setImmediate);
    assert.equal(socket.bufferedBytes, 0);
    assert.equal((await peer.bytes(3)).toString('latin1'), '\x81\x01x');
  });
});
