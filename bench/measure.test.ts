import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { measure } from './measure.ts';
import type { Peer } from './peers.ts';
import { type EchoWorkload, jsonEcho } from './workloads.ts';

const workload: EchoWorkload = { ...jsonEcho, connections: 2, depth: 2, deflate: false };
const span = { warmUpMillis: 10, measureMillis: 20, silenceMillis: 20_000 };

function peer(name: string, script: string): Peer {
  const command = () => ({ file: process.execPath, args: ['-e', script] });
  return { name, echoes: true, version: () => '', command };
}

const plan = { workloads: [workload], span, cpus: undefined };

test('every other round runs in reverse', async () => {
  const order: string[] = [];
  const missing = ['a', 'b', 'c'].map((name) => ({
    ...peer(name, ''),
    command: () => {
      throw new Error(`${name} is not installed`);
    },
  }));
  const onSample = (round: number, _: unknown, { name }: Peer) => order.push(`${round}${name}`);
  const measured = await measure({ ...plan, peers: missing, rounds: 3, onSample });
  assert.deepEqual(order.join(' '), '0a 0b 0c 1c 1b 1a 2a 2b 2c');
  assert.deepEqual(measured[1]?.samples[0], { outcome: 'missing', reason: 'b is not installed' });
});

test('a server that does not start is reported with its output', async () => {
  const broken = peer('broken', 'console.error("no such thing"); process.exit(3)');
  const measured = await measure({ ...plan, peers: [broken], rounds: 1, onSample: () => {} });
  assert.deepEqual(measured[0]?.samples, [
    {
      outcome: 'failed',
      reason: 'the server process ended (exit code 3); its output:\nno such thing',
    },
  ]);
});

test('a missing feature of a peer is not a failure', async () => {
  const lacking: Peer = { ...peer('lacking', ''), lacks: () => 'has no permessage-deflate' };
  const measured = await measure({ ...plan, peers: [lacking], rounds: 1, onSample: () => {} });
  assert.deepEqual(measured[0]?.samples, [
    { outcome: 'unsupported', reason: 'has no permessage-deflate' },
  ]);
});

test('an interrupted run keeps what it has measured', async () => {
  const interrupt = new AbortController();
  const absent = (name: string): Peer => ({
    ...peer(name, ''),
    command: () => {
      throw new Error('not installed');
    },
  });
  const onSample = (round: number, _: unknown, { name }: Peer) => {
    if (round === 1 && name === 'b') interrupt.abort();
  };
  const { signal } = interrupt;
  const peers = [absent('a'), absent('b')];
  const measured = await measure({ ...plan, peers, rounds: 3, signal, onSample });
  assert.deepEqual(
    measured.map(({ samples }) => samples.length),
    [1, 2],
  );
});
