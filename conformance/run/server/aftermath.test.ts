import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { test } from 'node:test';
import type { Case } from '../../format/case.ts';
import { observed } from '../../format/expectation.ts';
import { bytes } from '../../format/step.ts';
import { startPeer } from '../../reference/server.ts';
import { madeCase } from '../../testing/made-case.ts';
import { MemoryWatch } from './aftermath.ts';
import type { Capabilities } from './probe/capabilities.ts';
import { runServerCase } from './run.ts';

const MiB = 1024 * 1024;
const limitCase = madeCase({
  alive: 'untested',
  aftermath: { memory: 10 * MiB },
  steps: [bytes('some bytes')],
  expect: observed(),
});
const capabilities: Capabilities = {
  echo: true,
  pong: true,
  deflate: true,
  windowLimit: true,
  originPolicy: true,
  script: false,
  tls: false,
  http2: false,
  extensions: '',
  ending: '',
};

const play = (url: URL, residentMemory?: () => number) =>
  runServerCase(
    limitCase,
    { url, headers: [], insecure: false },
    { capabilities, timeout: 500, grace: 20, ...(residentMemory && { residentMemory }) },
  );

test('a target that serves a fresh connection passes', async (t) => {
  const peer = await startPeer({});
  t.after(() => peer.close());
  const { verdict, observed: seen } = await play(peer.url, () => 50 * MiB);
  assert.equal(verdict, 'pass');
  assert.match(seen, /then a fresh connection served, 0 MiB more memory$/);
});

test('a target whose memory grows beyond the budget fails', async (t) => {
  const peer = await startPeer({});
  t.after(() => peer.close());
  const readings = [50 * MiB, 90 * MiB];
  const {
    verdict,
    rule,
    observed: seen,
  } = await play(peer.url, () => readings.shift() ?? 60 * MiB);
  assert.deepEqual([verdict, rule, seen], ['fail', 'memory-over-budget', '40 MiB more memory']);
});

/** Answers the first connection and no other. */
function servesOnce(): Promise<Server> {
  let served = 0;
  const server = createServer((socket) => {
    served += 1;
    if (served > 1) return;
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

test('a target that serves no further connection fails', async (t) => {
  const server = await servesOnce();
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const gentle: Case = {
    ...limitCase,
    level: 'should',
    expect: { ...observed(), orRefused: true },
  };
  const {
    verdict,
    rule,
    observed: seen,
  } = await runServerCase(
    gentle,
    { url: new URL(`ws://127.0.0.1:${port}/`), headers: [], insecure: false },
    { capabilities, timeout: 300, grace: 20 },
  );
  assert.deepEqual([verdict, rule], ['fail', 'no-longer-served']);
  assert.match(seen, /^a fresh connection is not served/);
});

test('reading the memory leaves most of the time to the conversation, however long it takes', async () => {
  let samples = 0;
  const watch = new MemoryWatch(() => {
    samples += 1;
    const end = performance.now() + 20;
    while (performance.now() < end);
    return 50 * MiB;
  });
  const startedAt = performance.now();
  while (samples < 3) await new Promise((resolve) => setImmediate(resolve));
  const elapsed = performance.now() - startedAt;
  watch.stop();
  // The first is read at once, the second after the interval, the third after twenty times its cost.
  assert.ok(elapsed > 20 * 20, `${samples} samples in ${elapsed} ms`);
});
