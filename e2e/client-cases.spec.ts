/**
 * The cases that are for clients alone, in each engine, held against what is known of its version:
 * the light ones, which take a few times what the browser takes to start, those that load documents
 * and start workers, and those that wait for a timer of the browser's own. `framewright browsers` plays these and all others: the cases that
 * servers have as well, the large ones, and where it is asked to, those that wait for a minute.
 */
import { describeSession } from '../browsers/engine.ts';
import { differences, findBaseline } from '../conformance/baselines.ts';
import type { Group } from '../conformance/browser/groups.ts';
import { runBrowserCases } from '../conformance/browser/run-browser.ts';
import { catalogue } from '../conformance/catalogue.ts';
import type { CaseResult } from '../conformance/run.ts';
import { clientCases } from './client-cases.ts';
import { expect, test } from './fixtures.ts';

const ids = catalogue().map(({ id }) => id);

const played: readonly (readonly [name: string, group: Group])[] = [
  ['light client cases', 'light'],
  ['client cases that load documents and start workers', 'loading'],
  ['client cases that wait for a timer of the browser', 'timers'],
];

for (const [name, group] of played) {
  test(`${name} come out as they are known to`, async ({ engine, launched }, testInfo) => {
    test.setTimeout(180_000);
    const cases = clientCases(group);
    const { session } = launched;
    testInfo.annotations.push({ type: 'browser', description: describeSession(session) });
    const results: CaseResult[] = [];
    for await (const result of runBrowserCases(cases, engine, { session })) results.push(result);
    expect(results.length).toBe(cases.length);
    const baseline = findBaseline(session.product, session.version, ids);
    const seen = results.map(({ case: { id }, verdict, rule }) => ({ id, verdict, rule }));
    expect(baseline?.knownFailing.unmatched ?? []).toEqual([]);
    expect(differences(baseline?.lines ?? [], seen)).toEqual([]);
  });
}
