import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { run } from './run-case.js';

/** A WebSocket whose events the test fires. */
class Stub {
  static readonly OPEN = 1;
  static last: Stub;
  readonly readyState = 1;
  onmessage: (event: { data: string }) => void = () => {};
  onclose: (event: object) => void = () => {};
  constructor() {
    Stub.last = this;
  }
  send(): void {}
}

/** Time that passes when it is told to, for the page's clock and its timers. */
function stoppedTime({ mock }: TestContext) {
  let now = 0;
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => now);
  Object.assign(globalThis, { WebSocket: Stub });
  return async (milliseconds: number) => {
    now += milliseconds;
    mock.timers.tick(milliseconds);
    await turn();
  };
}

const aCase = { id: 'a/case', url: 'ws://127.0.0.1:1/', protocols: [], patience: 100 };

test('patience is from one event to the next, not for all of a conversation', async (context) => {
  const pass = stoppedTime(context);
  const seen = run(aCase);
  for (let message = 0; message < 5; message += 1) {
    await pass(60);
    Stub.last.onmessage({ data: 'more' });
  }
  await pass(60);
  Stub.last.onclose({ code: 1000, reason: '', wasClean: true });
  assert.deepEqual(
    (await seen).map(({ type, at }) => [type, at]),
    [...[60, 120, 180, 240, 300].map((at) => ['message', at]), ['close', 360]],
  );
});

test('a case that falls silent is given up', async (context) => {
  const pass = stoppedTime(context);
  const seen = run(aCase);
  await pass(60);
  Stub.last.onmessage({ data: 'the last' });
  await pass(60);
  await pass(40);
  const [, last] = await seen;
  assert.deepEqual([last?.type, last?.name, last?.at], ['value', 'unfinished', 160]);
});
