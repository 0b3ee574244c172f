import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFaultyEcho } from './faulty-echo.ts';
import { timeHandshakes } from './handshake-pass.ts';
import { timeEcho } from './timed-pass.ts';
import { type EchoWorkload, jsonEcho } from './workloads.ts';

const workload: EchoWorkload = { ...jsonEcho, connections: 4, depth: 3, deflate: false };
const span = { warmUpMillis: 20, measureMillis: 60, silenceMillis: 20_000 };

test('counts only replies that the server has sent', async () => {
  await using server = await startFaultyEcho({ kind: 'none' });
  const cost = await timeEcho(server, workload, span);
  assert.ok(cost.operations >= 12, `only ${cost.operations}`);
  // The warm-up's replies are sent but not counted; outstanding ones may still be sent.
  assert.ok(cost.operations < server.replies(), `${cost.operations} of ${server.replies()}`);
  assert.ok(cost.serverMicros > 0 && cost.loadMicros > 0 && cost.seconds > 0);
});

test('a connection that is closed under load fails the pass', async () => {
  await using server = await startFaultyEcho({ kind: 'close', reply: 100 });
  await assert.rejects(timeEcho(server, workload, span), /^Error: the server sent a Close frame$/);
});

test('a server that stops answering fails the pass', async () => {
  await using server = await startFaultyEcho({ kind: 'none' });
  // A depth of 0 outstanding messages: nothing is sent, nothing is answered.
  const silent = timeEcho(server, { ...workload, depth: 0 }, { ...span, silenceMillis: 50 });
  await assert.rejects(silent, /^Error: nothing for 0.05 s after 0 timed replies$/);
});

test('handshakes are counted, and a wrong answer fails the pass', async () => {
  const handshakes = { kind: 'handshake', id: 'handshake', title: '', atOnce: 5 } as const;
  await using correct = await startFaultyEcho({ kind: 'none' });
  assert.ok((await timeHandshakes(correct, handshakes, span)).operations >= 12);
  await using faulty = await startFaultyEcho({ kind: 'wrong-accept' });
  await assert.rejects(timeHandshakes(faulty, handshakes, span), /wrong Sec-WebSocket-Accept/);
});
