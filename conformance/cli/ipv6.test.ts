/** A target with an IPv6 address, including the brackets. */
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { startPeer } from '../reference/server.ts';
import { buildCli } from '../testing/built-cli.ts';

const hasLoopback = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1');
const skip = hasLoopback ? false : 'this machine has no ::1';

test('a server at ws://[::1] is tested, with that Host', { skip }, async () => {
  const cli = await buildCli();
  const peer = await startPeer({}, 0, '::1');
  const { href, host } = peer.url;
  const { code, out, err } = await cli.run('server', href, '--only', 'fragmentation/ping-of-*');
  const replayed = await cli.run('replay', 'handshake/response-upgrade', href);
  await peer.close();
  assert.match(host, /^\[::1\]:\d+$/);
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, / passed · as expected\n$/);
  assert.equal(replayed.code, 0);
  assert.ok(replayed.out.includes(`Host: ${host}\\r\\n`), replayed.out);
});
