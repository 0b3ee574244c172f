/**
 * The cases that are for clients alone, in each engine, whoever the peer is. `framewright browsers`
 * plays these and all others: those that servers have as well, and where it is asked to, those that
 * wait for a minute.
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

test('client cases that are played alone', async ({ engine, launched }) => {
  await expectKnownVerdicts('alone', engine, launched.session);
});
