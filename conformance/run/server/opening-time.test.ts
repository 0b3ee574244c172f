/** A target that serves one connection after the other is given the time for as many as a case opens. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { observed } from '../../format/expectation.ts';
import { fin } from '../../format/step.ts';
import { startPeer } from '../../reference/server.ts';
import { madeCase } from '../../testing/made-case.ts';
import { measureOpeningTime, opensSeveralAtOnce, workOfOpenings } from './opening-time.ts';
import { playCase } from './play-case.ts';
import type { Capabilities } from './probe/capabilities.ts';
import { serverTarget } from './server-target.ts';

const capabilities: Capabilities = {
  ...{ echo: false, pong: true, deflate: false, windowLimit: false, originPolicy: false },
  ...{ script: false, tls: false, http2: false, extensions: '', ending: '' },
};

const opened = (times: number, atOnce: number) =>
  madeCase({ repeat: { times, atOnce }, alive: 'untested', steps: [fin], expect: observed() });

/** Each answer of any connection leaves so many ms after the one before it. */
async function oneAtATime(t: TestContext, ms: number): Promise<URL> {
  const peer = await startPeer({});
  const sockets = new Set<Socket>();
  let answered: Promise<unknown> = Promise.resolve();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const onward = connect(Number(peer.url.port), '127.0.0.1');
    for (const each of [socket, onward]) sockets.add(each.on('error', () => each.destroy()));
    socket.pipe(onward);
    onward.on('data', (bytes) => {
      answered = answered.then(() => wait(ms)).then(() => socket.write(bytes));
    });
    onward.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await peer.close();
  });
  return new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

test('only connections that are open at once wait for each other', () => {
  assert.equal(workOfOpenings(opened(100, 16), 300), 4800);
  assert.equal(workOfOpenings(opened(4, 16), 300), 1200);
  assert.equal(workOfOpenings(opened(100, 1), 300), 0);
  assert.equal(opensSeveralAtOnce(madeCase({})), false);
});

test('the time that a target takes for an opening handshake is measured', async (t) => {
  const target = serverTarget(await oneAtATime(t, 30));
  const time = await measureOpeningTime(target, { timeout: 60_000, seed: 'opening' });
  assert.ok(time! >= 29, `${time} ms`);
});

test('a target that cannot be reached has no opening time', async () => {
  const target = serverTarget(new URL('ws://127.0.0.1:1/'));
  assert.equal(await measureOpeningTime(target, { timeout: 1000, seed: 'opening' }), undefined);
});

test('the last of twenty connections at once is waited for as long as all together take', async (t) => {
  const target = serverTarget(await oneAtATime(t, 30));
  const options = { capabilities, timeout: 200, grace: 20, seed: 'slow' };
  const testCase = opened(20, 20);
  const { verdict } = await playCase(testCase, target, options);
  assert.equal(verdict, 'fail', 'without the measurement it has no answer in time');
  const { observed: seen, ...judged } = await playCase(testCase, target, {
    ...options,
    openingTime: 500,
  });
  assert.equal(judged.verdict, 'info', seen);
});

test('connections that would keep a slow target busy for too long are not opened', async () => {
  const target = serverTarget(new URL('ws://127.0.0.1:1/'));
  const options = { capabilities, timeout: 200, grace: 20, seed: 'slow', longestWork: 30_000 };
  const result = await playCase(opened(1000, 1000), target, { ...options, openingTime: 300 });
  assert.equal(result.verdict, 'skip');
  assert.equal(result.observed, 'the target answers too slowly: this would take it about 300 s');
});
