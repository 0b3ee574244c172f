/**
 * The light client cases in each engine: those that are for clients alone, wait for nothing, and
 * take a few times what the browser takes to start. The heavier ones are in beyond/; and
 * `framewright browsers` plays these and all others: those that servers have as well, and where it
 * is asked to, those that wait for a minute.
 */
import { test } from './fixtures.ts';

test('light client cases', async ({ engine, launched }) => {
  // Loaded where it is used: the catalogue takes as long as many a test.
  const { expectKnownVerdicts } = await import('./known-verdicts.ts');
  await expectKnownVerdicts('light', engine, launched.session);
});
