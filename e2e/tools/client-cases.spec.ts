/**
 * The cases only for clients, in each engine. `framewright browsers` runs these and all others: those
 * shared with servers and, on request, those that take a minute.
 */
import { test } from '../fixtures.ts';
import { expectKnownVerdicts } from '../known-verdicts.ts';

test('light client cases', async ({ engine, launched }) => {
  await expectKnownVerdicts('light', engine, launched.session);
});

test('heavy client cases', async ({ engine, launched }) => {
  await expectKnownVerdicts('heavy', engine, launched.session);
});

test('client cases that wait for a timer of the browser', async ({ engine, launched }) => {
  await expectKnownVerdicts('timers', engine, launched.session);
});

test('client cases that run alone', async ({ engine, launched }) => {
  await expectKnownVerdicts('alone', engine, launched.session);
});
