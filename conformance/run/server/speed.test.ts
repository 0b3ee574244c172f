/** Targets that echo slowly are given the time, and cases that would take them too long are skipped. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { answered, echoOf, failed } from '../../format/expectation.ts';
import { awaits, text } from '../../format/step.ts';
import { startPeer } from '../../reference/server.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { madeCase } from '../../testing/made-case.ts';
import { playCase } from './play-case.ts';
import type { Capabilities } from './probe/capabilities.ts';
import { runServerCases } from './run.ts';
import { serverTarget } from './server-target.ts';
import { dependsOnSpeed, measureSpeed, workOf } from './speed.ts';

const capabilities: Capabilities = {
  ...{ echo: true, pong: true, deflate: false, windowLimit: false, originPolicy: false },
  ...{ script: false, tls: false, http2: false, extensions: '', ending: '' },
};

const textsAtOnce = (count: number) => {
  const steps = Array.from({ length: count }, (_, nth) => text(`${nth}`));
  return madeCase({ id: `echo/${count}-at-once`, steps, expect: answered(steps.map(echoOf)) });
};

/** An echo server that is busy for so many ms with each message. */
async function busyPeer(t: TestContext, ms: number) {
  const peer = await startPeer({
    echo: (message) => {
      const end = performance.now() + ms;
      while (performance.now() < end);
      return [message];
    },
  });
  t.after(() => peer.close());
  return peer;
}

test('messages at once and octets at once take time; what is sent in turn does not add up', () => {
  const speed = { perMessage: 10, perOctet: 0.5 };
  assert.equal(workOf(textsAtOnce(4), speed), 42);
  const steps = [text('12'), awaits('message'), text('12'), awaits('message')];
  assert.equal(workOf(madeCase({ steps }), speed), 11);
  assert.equal(dependsOnSpeed(textsAtOnce(19)), false);
  assert.equal(dependsOnSpeed(textsAtOnce(20)), true);
  assert.equal(dependsOnSpeed({ ...textsAtOnce(20), expect: failed(1002) }), false);
});

test('how long a target is busy with a message is measured', async (t) => {
  const peer = await busyPeer(t, 8);
  const speed = await measureSpeed(serverTarget(peer.url), { timeout: 60_000, seed: 'speed' });
  assert.ok(speed!.perMessage > 6, `${speed!.perMessage} ms`);
});

test('a target that answers only part of it has no speed', async (t) => {
  const peer = await startPeer({
    echo: (message) => (message.data.length > 1000 ? [] : [message]),
  });
  t.after(() => peer.close());
  const options = { timeout: 50, seed: 'speed' };
  assert.equal(await measureSpeed(serverTarget(peer.url), options), undefined);
});

test('a case that would keep a slow target busy for too long is skipped, with the reason', async (t) => {
  const peer = await busyPeer(t, 10);
  const results: CaseResult[] = [];
  const options = { capabilities, timeout: 1000, grace: 20 };
  const target = serverTarget(peer.url);
  for await (const result of runServerCases([textsAtOnce(2000)], target, options)) {
    results.push(result);
  }
  const [{ verdict, observed } = { verdict: 'none', observed: '' }] = results;
  assert.equal(verdict, 'skip');
  assert.match(observed, /^the target answers too slowly: this would take it about \d+ s$/);
});

/** Lets the response to the handshake pass, and holds each answer back for so many ms. */
async function lateRelay(t: TestContext, ms: number): Promise<URL> {
  const peer = await startPeer({});
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(Number(peer.url.port), '127.0.0.1');
    for (const each of [socket, onward]) sockets.add(each.on('error', () => each.destroy()));
    let isFirst = true;
    onward.on('data', (bytes) => {
      if (isFirst) socket.write(bytes);
      else setTimeout(() => socket.write(bytes), ms);
      isFirst = false;
    });
    socket.pipe(onward);
    socket.on('close', () => onward.destroy());
    onward.on('end', () => setTimeout(() => socket.end(), ms));
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

test('a case waits as long as the target was measured to need, and longer', async (t) => {
  const target = serverTarget(await lateRelay(t, 300));
  const options = { capabilities, timeout: 100, grace: 20, seed: 'slow' };
  const speed = { perMessage: 500, perOctet: 0 };
  const { verdict, observed } = await playCase(textsAtOnce(20), target, { ...options, speed });
  assert.equal(verdict, 'pass', observed);
});
