import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeadlineError, within } from './deadline.ts';

test('an outcome within the deadline is passed on', async () => {
  assert.equal(await within(10_000, 'it', Promise.resolve(1)), 1);
  await assert.rejects(within(10_000, 'it', Promise.reject(new Error('own'))), /^Error: own$/);
});

test('a missing outcome is a DeadlineError that names the operation', async () => {
  await assert.rejects(within(1, 'evaluate', new Promise(() => {})), (error) => {
    assert.ok(error instanceof DeadlineError);
    assert.equal(error.message, 'evaluate took longer than 1 ms');
    return true;
  });
});
