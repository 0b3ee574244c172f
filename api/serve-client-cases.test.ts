import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { catalogue } from '../conformance/catalogue/catalogue.ts';
import { serveClientCases } from './serve-client-cases.ts';

const cases = catalogue().filter(({ id }) =>
  /^text\/empty$|^fragmentation\/|^masking\/unmasked/.test(id),
);

test('a client gets the result of the case whose URL it opened', async () => {
  await using served = await serveClientCases({ cases });
  const [testCase] = served.cases;
  const socket = new WebSocket(served.urlOf(testCase!, { agent: 'ws' }));
  socket.on('message', (data, binary) => socket.send(data, { binary }));
  const result = await served.resultOf(testCase!, { agent: 'ws' });
  assert.deepEqual([result.case, result.verdict], [testCase, 'pass']);
});

test('an aborted case rejects with the reason, and its connection is dropped', async () => {
  await using served = await serveClientCases({ cases, timeout: 60_000 });
  const [testCase] = served.cases;
  const abort = new AbortController();
  const result = served.resultOf(testCase!, { signal: abort.signal });
  // It never answers, so only the signal ends the case.
  const socket = new WebSocket(served.urlOf(testCase!));
  await once(socket, 'message');
  const reason = new Error('long enough');
  abort.abort(reason);
  await assert.rejects(result, reason);
  await once(socket, 'close');
  await assert.rejects(served.resultOf(testCase!, { signal: abort.signal }), reason);
});

test('cases that are not served are an error', async () => {
  await using served = await serveClientCases({ cases });
  const forServers = cases.find(({ against }) => !against.includes('client'))!;
  assert.ok(!served.cases.includes(forServers));
  assert.throws(() => served.urlOf(forServers), RangeError);
  await assert.rejects(served.resultOf(forServers), RangeError);
});

test('a port that is taken is an error of Node', async () => {
  await using served = await serveClientCases({ cases });
  const port = Number(new URL(served.url).port);
  await assert.rejects(serveClientCases({ cases, port }), { code: 'EADDRINUSE' });
});
