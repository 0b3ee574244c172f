import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { tcpChannel } from '../transport/socket-channel.ts';
import { readConversation } from '../wire/conversation.ts';
import { lengthFrom } from '../wire/timeline.ts';
import { Peer } from './peer.ts';

const hour = 3_600_000;

/** The peer as a server, and the client that has connected to it. */
async function startPeer(t: TestContext) {
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const client = connect(port, '127.0.0.1').on('error', () => {});
  const peer = new Peer(tcpChannel(await accepted), 'server');
  t.after(() => {
    peer.destroy();
    client.destroy();
    server.close();
  });
  return { peer, client };
}

test('a peer whose waits are limited gives up what it waits for, and stays limited', {
  timeout: 10_000,
}, async (t) => {
  const { peer } = await startPeer(t);
  const waited = peer.until(() => false, hour, undefined);
  peer.limitWaits(10);
  peer.limitWaits(hour - 1);
  assert.equal(await waited, 'timeout');
  assert.equal(await peer.until(() => false, hour, 'the end of TCP'), 'timeout');
  const { entries } = peer.timeline();
  assert.deepEqual(
    entries.map((entry) => entry.kind === 'timeout' && entry.waitingFor),
    ['the end of TCP'],
  );
});

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const response =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const pings = (count: number) => Buffer.alloc(2 * count, '8900', 'hex');

test('a client that sends a flood before it has a response is read up to 64 KiB', {
  timeout: 10_000,
}, async (t) => {
  const { peer, client } = await startPeer(t);
  client.write(request);
  client.write(pings(1_000_000));
  await peer.until(() => false, hour, undefined);
  const { client: direction } = readConversation(peer.timeline());
  assert.ok(direction.ending.how === 'overflow' && /^64 KiB before/.test(direction.ending.limit));
  assert.ok(lengthFrom(peer.timeline(), 'client') < 80 * 1024);
});

test('a recording ends with the frame that was too much', { timeout: 10_000 }, async (t) => {
  const { peer, client } = await startPeer(t);
  peer.limit = { octets: 1_000_000, frames: 100 };
  client.write(request);
  await peer.until(() => peer.head !== undefined, hour, undefined);
  peer.write(Buffer.from(response));
  client.write(pings(10_000));
  await peer.until(() => false, hour, undefined);
  assert.equal(readConversation(peer.timeline()).client.frames.length, 101);
});
