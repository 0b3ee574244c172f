/**
 * The cases that are for clients alone, in each engine, held against what is known of its version.
 * `framewright browsers` plays all of the catalogue; this is the part that takes seconds.
 */
import { describeSession, type Session } from '../browsers/engine.ts';
import { differences, findBaseline } from '../conformance/baselines.ts';
import { runBrowserCases } from '../conformance/browser/run-browser.ts';
import { catalogue } from '../conformance/catalogue.ts';
import type { CaseResult } from '../conformance/run.ts';
import { expect, test } from './fixtures.ts';

const all = catalogue();
const light = all.filter(
  ({ against, tags = [] }) =>
    !against.includes('server') && !tags.includes('slow') && !tags.includes('limits'),
);

test('client cases come out as they are known to', async ({ engine }, testInfo) => {
  test.setTimeout(180_000);
  const results: CaseResult[] = [];
  let session: Session | undefined;
  const onLaunch = (launched: Session) => {
    session = launched;
    testInfo.annotations.push({ type: 'browser', description: describeSession(launched) });
  };
  for await (const result of runBrowserCases(light, engine, { onLaunch })) results.push(result);
  expect(results.length).toBe(light.length);
  const ids = all.map(({ id }) => id);
  const baseline = findBaseline(session!.product, session!.version, ids);
  const seen = results.map(({ case: { id }, verdict, rule }) => ({ id, verdict, rule }));
  expect(baseline?.knownFailing.unmatched ?? []).toEqual([]);
  expect(differences(baseline?.lines ?? [], seen)).toEqual([]);
});
