/** Client cases as tests: in each engine the verdicts are those of its version's baseline. */

import type { Engine } from '../browsers/find.ts';
import { describeSession } from '../browsers/launch.ts';
import type { Session } from '../browsers/session.ts';
import { differences, findBaseline, isKnown } from '../conformance/baselines/baselines.ts';
import { catalogue } from '../conformance/catalogue/catalogue.ts';
import { explainResult } from '../conformance/report/explain.ts';
import type { CaseResult } from '../conformance/results/case-result.ts';
import type { Group } from '../conformance/run/browser/groups.ts';
import { runBrowserCases } from '../conformance/run/browser/run-browser.ts';
import { clientCases } from './client-cases.ts';
import { expect, test } from './fixtures.ts';

/** Runs the group in a running browser; unexpected results are attached, with their bytes. */
export async function expectKnownVerdicts(
  group: Group,
  engine: Engine,
  session: Session,
): Promise<void> {
  test.setTimeout(180_000);
  test.info().annotations.push({ type: 'browser', description: describeSession(session) });
  const cases = clientCases(group);
  const ids = catalogue().map(({ id }) => id);
  const baseline = findBaseline(session.product, session.version, ids);
  const lines = baseline?.lines ?? [];
  const seenIn = ({ case: { id }, ...judgement }: CaseResult) => ({ id, ...judgement });
  const results: CaseResult[] = [];
  const options = { session, isKnown: (result: CaseResult) => isKnown(lines, seenIn(result)) };
  for await (const result of runBrowserCases(cases, engine, options)) results.push(result);
  expect(results.length).toBe(cases.length);
  expect(results.filter(({ verdict }) => verdict === 'error').map(seenIn)).toEqual([]);
  const different = differences(lines, results.map(seenIn));
  for (const result of results) {
    const { id } = result.case;
    if (!different.some((line) => line.split(' ').includes(id))) continue;
    await test.info().attach(id, { body: explainResult(result), contentType: 'text/plain' });
  }
  expect(baseline?.knownFailing.unmatched ?? []).toEqual([]);
  expect(different).toEqual([]);
}
