import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manners } from '../crooked/manners.ts';
import { startPeer } from '../crooked/server.ts';
import { probeServer } from './probe.ts';

async function probed(manners: Partial<Manners>) {
  const peer = await startPeer(manners);
  try {
    return await probeServer({ url: peer.url, headers: [], insecure: false }, 300);
  } finally {
    await peer.close();
  }
}

test('what a target can do is found out, and what it cannot', async () => {
  const { echo, pong, deflate, ending } = await probed({});
  assert.deepEqual([echo, pong, deflate, ending], [true, true, true, 'Close 1000, then FIN']);
  const silent = await probed({ echo: () => [] });
  assert.deepEqual([silent.echo, silent.pong], [false, true]);
  const deaf = await probed({ pong: () => [] });
  assert.deepEqual([deaf.echo, deaf.pong], [true, false]);
});

test('an address that accepts no handshake is no target', async () => {
  await assert.rejects(probed({ request: { everything: () => 403 } }), {
    name: 'NotAWebSocketServerError',
    message: /does not accept a WebSocket handshake: .*403/,
  });
});
