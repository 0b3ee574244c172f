import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLagTolerantTimer } from './lag-tolerant-timer.ts';

const blockFor = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('what arrived while the process was blocked comes before the end of the wait', async () => {
  const order: string[] = [];
  const over = new Promise<void>((resolve) => {
    startLagTolerantTimer(20, () => {
      order.push('timeout');
      resolve();
    });
  });
  setTimeout(() => setImmediate(() => order.push('arrived')), 0);
  blockFor(100);
  await over;
  assert.deepEqual(order, ['arrived', 'timeout']);
});

test('a stopped timer never calls back', async () => {
  const stop = startLagTolerantTimer(0, () => assert.fail('called back'));
  stop();
  await new Promise<void>((resolve) => startLagTolerantTimer(20, resolve));
});

test('a process that is always busy stretches a wait to a few times its length, not for ever', async () => {
  let isOver = false;
  let turns = 0;
  const keepBusy = () => {
    if (isOver) return;
    blockFor(40);
    turns += 1;
    setImmediate(keepBusy);
  };
  keepBusy();
  await new Promise<void>((resolve) => startLagTolerantTimer(20, resolve));
  isOver = true;
  // Each slice would have its turn otherwise.
  assert.ok(turns < 8, `${turns} turns`);
});
