import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeadlineError, within } from './deadline.ts';

test('an outcome in time is passed on', async () => {
  assert.equal(await within(10_000, 'it', Promise.resolve(1)), 1);
  await assert.rejects(within(10_000, 'it', Promise.reject(new Error('own'))), /^Error: own$/);
});

test('no outcome is a DeadlineError that says of what', async () => {
  await assert.rejects(within(1, 'evaluate', new Promise(() => {})), (error) => {
    assert.ok(error instanceof DeadlineError);
    assert.equal(error.message, 'evaluate took longer than 1 ms');
    return true;
  });
});
