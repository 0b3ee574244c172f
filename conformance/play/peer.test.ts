import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { Peer } from './peer.ts';

test('a peer that is told to hurry gives up what it waits for, and waits no longer again', {
  timeout: 10_000,
}, async (t) => {
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const client = connect(port, '127.0.0.1');
  const peer = new Peer(await accepted, 'server');
  t.after(() => {
    peer.destroy();
    client.destroy();
    server.close();
  });
  const hour = 3_600_000;
  const waited = peer.until(() => false, hour, undefined);
  peer.hurry(10);
  peer.hurry(hour - 1);
  assert.equal(await waited, 'timeout');
  assert.equal(await peer.until(() => false, hour, 'the end of TCP'), 'timeout');
  const { entries } = peer.timeline();
  assert.deepEqual(
    entries.map((entry) => entry.kind === 'timeout' && entry.waitingFor),
    ['the end of TCP'],
  );
});
