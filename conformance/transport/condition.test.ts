import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Condition } from './condition.ts';

const hour = 3_600_000;

test('a wait ends with the notification after which its predicate holds', async () => {
  const condition = new Condition();
  let count = 0;
  const waited = condition.until(() => count === 2);
  const settled: string[] = [];
  void waited.then((outcome) => settled.push(outcome));
  count = 1;
  condition.notify();
  await Promise.resolve();
  assert.deepEqual(settled, []);
  count = 2;
  condition.notify();
  assert.equal(await waited, 'met');
});

test('a predicate that holds at once needs no notification, even after closing', async () => {
  const condition = new Condition();
  condition.close();
  assert.equal(await condition.until(() => true), 'met');
});

test('a wait ends after its timeout, and is not asked again', async () => {
  const condition = new Condition();
  let looks = 0;
  const never = () => {
    looks += 1;
    return false;
  };
  assert.equal(await condition.until(never, { timeout: 1 }), 'timeout');
  condition.notify();
  assert.equal(looks, 1);
});

test('closing ends pending and later waits, after a last look', async () => {
  const condition = new Condition();
  let isOver = false;
  const pending = condition.until(() => false);
  const met = condition.until(() => isOver);
  isOver = true;
  assert.equal(condition.isClosed, false);
  condition.close();
  assert.equal(condition.isClosed, true);
  assert.equal(await pending, 'closed');
  assert.equal(await met, 'met');
  assert.equal(await condition.until(() => false), 'closed');
});

test('an abort ends pending and later waits', async () => {
  const condition = new Condition();
  const controller = new AbortController();
  const { signal } = controller;
  const pending = condition.until(() => false, { signal, timeout: hour });
  controller.abort();
  assert.equal(await pending, 'aborted');
  assert.equal(await condition.until(() => false, { signal }), 'aborted');
});

test('a predicate that throws rejects its own wait only', async () => {
  const condition = new Condition();
  let isBroken = false;
  let isMet = false;
  const broken = condition.until(() => {
    if (isBroken) throw new Error('cannot be read');
    return false;
  });
  const other = condition.until(() => isMet);
  isBroken = true;
  isMet = true;
  condition.notify();
  await assert.rejects(broken, /cannot be read/);
  assert.equal(await other, 'met');
});

test('a limit shortens pending and later waits, and is never raised', async () => {
  const condition = new Condition();
  const pending = condition.until(() => false, { timeout: hour });
  const short = condition.until(() => false, { timeout: 1 });
  condition.limitWaits(5);
  condition.limitWaits(hour);
  assert.equal(await pending, 'timeout');
  assert.equal(await short, 'timeout');
  assert.equal(await condition.until(() => false), 'timeout');
});

test('a notification from inside a notification reaches waits that are still pending', async () => {
  const condition = new Condition();
  let stage = 0;
  const first = condition.until(() => {
    if (stage !== 1) return false;
    stage = 2;
    condition.notify();
    return true;
  });
  const second = condition.until(() => stage === 2);
  stage = 1;
  condition.notify();
  assert.deepEqual(await Promise.all([first, second]), ['met', 'met']);
});
