import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measured, Sample } from './measure.ts';
import type { Peer } from './peers.ts';
import { median, summarize } from './summary.ts';
import { renderTables } from './table.ts';
import { jsonEcho } from './workloads.ts';

const peer = (name: string): Peer => ({
  name,
  echoes: true,
  version: () => '1.0.0',
  command: () => ({ file: name, args: [] }),
});

const cost = (serverMicros: number, loadMicros = 100): Sample => ({
  outcome: 'cost',
  verified: 10,
  cost: { operations: 100, seconds: 0.5, serverMicros, loadMicros },
});

const row = (name: string, ...samples: Sample[]): Measured => ({
  workload: jsonEcho,
  peer: peer(name),
  samples,
});

test('takes ratios within a round, not of the medians', () => {
  // The machine slows down threefold in round 2 and both peers with it.
  const figures = summarize(
    [row('ws', cost(1000), cost(3000), cost(1000)), row('x', cost(500), cost(1500), cost(250))],
    'ws',
  );
  const x = figures.find((figure) => figure.peer === 'x')!;
  assert.deepEqual(x.perRound, [5, 15, 2.5]);
  assert.equal(x.median, 5);
  assert.equal(x.timesCheaper, 2);
  assert.equal(x.verified, 30);
  assert.equal(x.perSecond, 200);
});

test('a round that failed has no value but a reason', () => {
  const failed: Sample = { outcome: 'failed', reason: 'reply 3: byte 1 is 2 instead of 1' };
  const [ws, x] = summarize([row('ws', cost(1000), cost(800)), row('x', failed, cost(400))], 'ws');
  assert.equal(ws?.timesCheaper, 1);
  assert.deepEqual(x?.perRound, [null, 4]);
  assert.equal(x?.timesCheaper, 2);
  assert.deepEqual(x?.problem, failed);
});

test('tables flag a load generator that used more than the server, and name missing peers', () => {
  const missing: Sample = { outcome: 'missing', reason: 'the package x is missing' };
  const figures = summarize(
    [row('ws', cost(1000)), row('fast', cost(90, 110)), row('x', missing)],
    'ws',
  );
  const tables = renderTables(figures, 'ws');
  assert.match(tables, /\| 10\.0 \(1\.00x\) \| 0\.90 \(11\.1x\)\* \| missing \|/);
  assert.match(tables, /\| +9 % \| +55 % \| +– \|/);
  assert.match(tables, /^x, 1 KiB JSON, deflated, c50 d8: missing: the package x is missing$/m);
});

test('the median of an even number is the mean of the middle two', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([]), undefined);
});
