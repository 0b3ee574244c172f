import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, startFaultyEcho } from './faulty-echo.ts';
import { Unsupported, verifyEcho } from './verification-pass.ts';
import { type EchoWorkload, jsonEcho, workloads } from './workloads.ts';

const small: EchoWorkload = { ...jsonEcho, connections: 3, depth: 4, deflate: false };

async function outcome(fault: Fault, workload = small): Promise<string> {
  await using server = await startFaultyEcho(fault);
  return await verifyEcho(server.port, workload).then(
    (checked) => `checked ${checked}`,
    (error: Error) => error.message,
  );
}

test('a correct echo passes, every reply checked', async () => {
  assert.equal(await outcome({ kind: 'none' }), 'checked 24');
});

for (const { id, ...workload } of workloads.filter((one) => one.kind === 'echo')) {
  if (workload.deflate || workload.bytes > 1024 * 1024) continue;
  test(`a correct echo passes ${id}`, async () => {
    const few = { id, ...workload, connections: Math.min(workload.connections, 5) };
    assert.match(await outcome({ kind: 'none' }, few), /^checked \d+$/);
  });
}

// Each spoils one reply late in the pass: correct first replies are not enough.
const faults: [Fault, RegExp][] = [
  [{ kind: 'flip-last-byte', reply: 23 }, /^reply \d+: byte 1023 is \d+ instead of \d+$/],
  [{ kind: 'wrong-opcode', reply: 20 }, /^reply \d+: opcode 2 instead of 1$/],
  [{ kind: 'cut-short', reply: 22 }, /^reply \d+: 1023 bytes instead of 1024$/],
  [{ kind: 'repeat-previous', reply: 21 }, /^reply \d+: byte \d+ is \d+ instead of \d+$/],
  [{ kind: 'twice', reply: 23 }, /^a reply to no message after 8$/],
  [{ kind: 'close', reply: 19 }, /^the server sent Close: 1011$/],
  [{ kind: 'mask', reply: 18 }, /^the server masked a frame/],
  [{ kind: 'wrong-accept' }, /wrong Sec-WebSocket-Accept$/],
];

for (const [fault, expected] of faults) {
  test(`${fault.kind} is detected`, async () => {
    assert.match(await outcome(fault), expected);
  });
}

test('a server without permessage-deflate is distinguished from one that fails', async () => {
  await using server = await startFaultyEcho({ kind: 'none' });
  await assert.rejects(verifyEcho(server.port, { ...small, deflate: true }), Unsupported);
});

test('a port without a listener is named in the error', async () => {
  const server = await startFaultyEcho({ kind: 'none' });
  await server[Symbol.asyncDispose]();
  await assert.rejects(verifyEcho(server.port, small), /ECONNREFUSED/);
});
