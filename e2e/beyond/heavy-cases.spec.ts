/** The client cases that take their time in a browser, whoever the peer is. */
import { test } from '../fixtures.ts';
import { expectKnownVerdicts } from '../known-verdicts.ts';

test('heavy client cases', async ({ engine, launched }) => {
  await expectKnownVerdicts('heavy', engine, launched.session);
});

test('client cases that wait for a timer of the browser', async ({ engine, launched }) => {
  await expectKnownVerdicts('timers', engine, launched.session);
});

test('client cases that are played alone', async ({ engine, launched }) => {
  await expectKnownVerdicts('alone', engine, launched.session);
});
