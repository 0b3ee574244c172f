/** How often a target that takes connections and answers nothing is looked at. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { serverTarget } from './server-target.ts';
import { TargetWatch } from './target-watch.ts';

/** @returns a watch of a server that is silent, and how often that was asked */
async function watchOfSilent(t: TestContext) {
  let looks = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    looks += 1;
    sockets.add(socket.on('error', () => socket.destroy()).resume());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const target = serverTarget(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const { signal } = new AbortController();
  const watch = new TargetWatch(target, {
    ...{ timeout: 20, quietLooks: 4, returnTimeout: 1, maxRestarts: 0, onNotice: () => {}, signal },
  });
  /** Of one search alone. */
  const looksIn = async (search: () => Promise<unknown>) => {
    const before = looks;
    assert.notEqual(await search(), undefined);
    return looks - before;
  };
  return { watch, looksIn };
}

test('a first silence has to last; that it comes again with one case alone is proof', async (t) => {
  const { watch, looksIn } = await watchOfSilent(t);
  assert.equal(await looksIn(() => watch.findLoss()), 4);
  assert.equal(await looksIn(() => watch.confirmLoss()), 2);
  // It is known to hang now.
  assert.equal(await looksIn(() => watch.findLoss()), 3);
});
