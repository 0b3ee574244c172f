/**
 * One measurement in a separate process, as a command is one: `launch` or `cases`, in one engine. The
 * result goes to the process that forked it.
 */
import type { Engine } from '../browsers/find.ts';
import type { Verdict } from '../conformance/judge/judge.ts';
import { runBrowserCases } from '../conformance/run/browser/run-browser.ts';
import { clientCases } from './client-cases.ts';
import { type LaunchCost, measureLaunch, servePage } from './measure-launch.ts';

export interface CasesCost {
  /** Milliseconds, including the launch of the browser and its end. */
  readonly took: number;
  readonly verdicts: readonly (readonly [id: string, verdict: Verdict])[];
}

async function launchOnce(engine: Engine): Promise<LaunchCost> {
  const page = await servePage();
  const cost = await measureLaunch(engine, page.url);
  page.close();
  return cost;
}

async function playOnce(engine: Engine): Promise<CasesCost> {
  const cases = clientCases('light');
  const verdicts: [string, Verdict][] = [];
  const start = performance.now();
  for await (const { case: testCase, verdict } of runBrowserCases(cases, engine)) {
    verdicts.push([testCase.id, verdict]);
  }
  return { took: performance.now() - start, verdicts };
}

const [engine, what] = process.argv.slice(2) as [Engine, 'launch' | 'cases'];
process.send?.(await (what === 'launch' ? launchOnce(engine) : playOnce(engine)));
process.disconnect();
