/**
 * The light client cases in each engine: those that are for clients alone, wait for nothing, and
 * take a few times what the browser takes to start. `framewright browsers` plays these and all
 * others: those that servers have as well, large ones, and where it is asked to, those that wait
 * for a minute.
 */
import { test } from './fixtures.ts';
import { expectKnownVerdicts } from './known-verdicts.ts';

test('light client cases', async ({ engine, launched }) => {
  await expectKnownVerdicts('light', engine, launched.session);
});
