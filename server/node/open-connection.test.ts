import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { Connection } from '../protocol/connection.ts';
import { binary, close, describeFrames, handshake, text } from '../testing/client.ts';
import { onBothTransports } from '../testing/listening.ts';
import { SlowTransport, serverSide } from '../testing/slow-transport.ts';
import type { Observation, Observer } from './observation.ts';
import { OpenConnection } from './open-connection.ts';
import type { Limits } from './options.ts';

function echoing(limits: Partial<Limits>, observe?: Observer) {
  const server = serverSide(limits, observe);
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

test('memory that is being written from is not used again when the peer has caught up a little', async () => {
  const { connection, transport } = echoing({ highWaterMark: 64 * 1024 });
  const messages = ['a', 'b', 'c'].map((letter) => Buffer.alloc(100_000, letter));
  for (const message of messages) {
    const frame = binary(message);
    connection.received(frame, frame.length);
    // Less than `highWaterMark` waits now, but not nothing.
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

test('a Close that is not answered before closeTimeout has not closed cleanly', () => {
  const closes: Observation[] = [];
  const limits = { closeTimeout: 1000 };
  const { server, core, connection, transport } = echoing(limits, (seen) => closes.push(seen));
  // As while a message is compressed elsewhere.
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

onBothTransports('a connection that is held', (listening) => {
  test('sends at once what is sent while the reader of its messages is busy', async (t) => {
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
    // Inflated in a thread; and then the reader's queue is full.
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
