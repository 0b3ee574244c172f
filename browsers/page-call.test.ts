import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callExpression, PageError, readOutcome } from './page-call.ts';
import type { Json } from './session.ts';

/** As a page would call it. */
async function call(fn: (...args: never[]) => unknown, ...args: Json[]): Promise<unknown> {
  // biome-ignore lint/security/noGlobalEval: a page evaluates this text
  return readOutcome(await globalThis.eval(callExpression(fn, args)));
}

test('arguments and results survive, including unusual ones', async () => {
  const values: Json[] = [
    null,
    true,
    1.5,
    '</script>\u2028"\\',
    'lone \ud800',
    [[]],
    { a: { b: [] } },
  ];
  for (const value of values) {
    assert.deepEqual(await call((given: Json) => given, value), value);
  }
  assert.equal(await call(() => undefined), undefined);
});

test('promises are awaited, and inner functions keep working', async () => {
  const answer = await call(
    async (a: number, b: number) => {
      const add = (): number => a + b;
      function twice(): number {
        return 2 * add();
      }
      return await Promise.resolve(twice());
    },
    1,
    2,
  );
  assert.equal(answer, 6);
});

test('an exception of the function arrives as a PageError', async () => {
  const failure = call(() => {
    throw new TypeError('no such thing');
  });
  await assert.rejects(failure, new PageError('TypeError: no such thing'));
});
