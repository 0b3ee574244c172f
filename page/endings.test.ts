import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import {
  askOverHttp,
  explainClose,
  explainFailure,
  explainSilence,
  mayBeSent,
  meaningOf,
} from './endings.ts';

test('every close code has a meaning', () => {
  assert.match(meaningOf(1002), /^protocol error/);
  assert.match(meaningOf(3999), /registered/);
  assert.match(meaningOf(4000), /private/);
  assert.match(meaningOf(999), /without a defined meaning/);
});

test('a page may send 1000 and 3000 to 4999', () => {
  const codes = [0, 999, 1000, 1001, 1005, 2999, 3000, 4999, 5000];
  assert.deepEqual(codes.filter(mayBeSent), [1000, 3000, 4999]);
});

test('an ending explains who started it and whether there was a closing handshake', () => {
  assert.match(explainClose({ wasClean: true }, true), /^This page asked to close/);
  assert.match(explainClose({ wasClean: true }, false), /^The server closed/);
  assert.match(explainClose({ wasClean: false }, true), /^The connection was lost/);
});

test('a failure names the host and the most likely cause', () => {
  const explain = explainFailure.bind(null, 'ws://example.test:81/path');
  assert.match(explain('answered'), /at example\.test:81 answers plain HTTP/);
  assert.match(explain('nothing'), /nothing is listening at example\.test:81/);
  assert.match(explain('silent'), /example\.test:81 accepts connections but sends nothing/);
  assert.match(explain(undefined), /Trying plain HTTP at example\.test:81/);
  assert.match(explainSilence('ws://example.test:81/', 1), /example\.test:81 for 1 second:/);
});

test('plain HTTP distinguishes an answering, an absent and a silent server', async (t) => {
  async function addressOf(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  const answering = createServer((_, response) => response.writeHead(426).end());
  const mute = createTcpServer((socket) => t.after(() => socket.destroy()));
  const absent = createTcpServer();
  t.after(() => [answering, mute].forEach((server) => void server.close()));
  const addresses = await Promise.all([answering, mute, absent].map(addressOf));
  absent.close();
  await once(absent, 'close');

  // Only the silent server gets a short timeout: the others answer as fast as they can.
  const timeout = [30_000, 200, 30_000];
  const answers = await Promise.all(addresses.map((it, i) => askOverHttp(it, timeout[i] ?? 0)));
  assert.deepEqual(answers, ['answered', 'silent', 'nothing']);
});
