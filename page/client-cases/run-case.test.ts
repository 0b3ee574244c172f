import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { run } from './run-case.ts';

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

/** The harness's report of what has passed on the connection. */
let moved = 0;

/** The page's clock and timers, which stand still until the test advances them. */
function stoppedTime({ mock }: TestContext) {
  let now = 0;
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => now);
  mock.method(globalThis, 'fetch', async () => new Response(`${moved}`));
  Object.assign(globalThis, { WebSocket: Stub });
  const pass = async (milliseconds: number) => {
    now += milliseconds;
    mock.timers.tick(milliseconds);
    for (let turns = 0; turns < 5; turns += 1) await turn();
  };
  return {
    /** As on a machine with time for the page. */
    async pass(milliseconds: number) {
      for (let passed = 0; passed < milliseconds; passed += 5) await pass(5);
    },
    /** As on a machine that runs the page only at the end of it. */
    starve: pass,
  };
}

const aCase = { id: 'a/case', url: 'ws://127.0.0.1:1/', protocols: [], timeout: 100 };

test('the timeout of a case restarts with every event', async (context) => {
  const { pass } = stoppedTime(context);
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

test('a case without events ends at its timeout', async (context) => {
  const { pass } = stoppedTime(context);
  const seen = run(aCase);
  await pass(60);
  Stub.last.onmessage({ data: 'the last' });
  await pass(60);
  await pass(40);
  const [, last] = await seen;
  assert.deepEqual([last?.type, last?.name, last?.at], ['value', 'unfinished', 160]);
});

test('time during which the machine did not run the page does not count', async (context) => {
  const { pass, starve } = stoppedTime(context);
  const seen = run(aCase);
  await pass(20);
  await starve(1000);
  await starve(1000);
  await pass(20);
  Stub.last.onclose({ code: 1000, reason: '', wasClean: true });
  assert.deepEqual(
    (await seen).map(({ type }) => type),
    ['close'],
  );
});

test('a page waits for a message while parts of it arrive', async (context) => {
  const { pass } = stoppedTime(context);
  const seen = run(aCase);
  for (let part = 0; part < 5; part += 1) {
    await pass(50);
    moved += 1;
  }
  Stub.last.onmessage({ data: 'all of it' });
  Stub.last.onclose({ code: 1000, reason: '', wasClean: true });
  assert.deepEqual(
    (await seen).map(({ type }) => type),
    ['message', 'close'],
  );
});
