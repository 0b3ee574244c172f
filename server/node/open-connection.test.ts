import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { Connection, sharedByConnections } from '../protocol/connection.ts';
import { binary, describeFrames, handshake, text } from '../testing/client.ts';
import { onBothTransports } from '../testing/listening.ts';
import { OpenConnection } from './open-connection.ts';
import { readLimits } from './options.ts';
import type { ServerSide } from './server-side.ts';
import type { Transport, TransportOwner } from './transport.ts';

/** Takes what is written as a system does whose peer reads slowly: by reference, until later. */
class SlowTransport implements Transport {
  owner!: TransportOwner;
  readonly remoteAddress = '';
  countedFor: string | undefined;
  bufferedBytes = 0;
  readonly written: Buffer[] = [];

  write(chunks: readonly Buffer[]): boolean {
    this.written.push(...chunks);
    for (const chunk of chunks) this.bufferedBytes += chunk.length;
    return false;
  }

  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

function echoing(limits: Parameters<typeof readLimits>[0]) {
  const shared = sharedByConnections(readLimits(limits));
  const server: ServerSide = {
    limits: readLimits(limits),
    shared,
    compression: undefined,
    observe: undefined,
    clock: { now: 0 },
    decide: () => ({ refuse: 'no-such-endpoint' }),
    opened: () => {},
    ended: () => {},
    handlerFailed: (error) => {
      throw error;
    },
  };
  const core = new Connection(shared);
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
  return { connection, transport };
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
