/**
 * `npm run e2e:light [engines…] [runs]`: how long the light client cases take in each engine, its
 * launch and its end included, beside a launch in the same round: the bare one, and one with a
 * first page. Medians of the rounds (5 by default). A case whose verdicts differ is named, and
 * makes the exit code 1.
 */
import { type Engine, engines } from '../browsers/find.ts';
import { runBrowserCases } from '../conformance/browser/run-browser.ts';
import { clientCases } from './client-cases.ts';
import { measureLaunch, servePage } from './measure-launch.ts';

const cases = clientCases('light');

/** @param verdicts of each case, those of this round added */
async function measureCases(engine: Engine, verdicts: Map<string, Set<string>>): Promise<number> {
  const start = performance.now();
  for await (const { case: testCase, verdict } of runBrowserCases(cases, engine)) {
    verdicts.set(testCase.id, (verdicts.get(testCase.id) ?? new Set()).add(verdict));
  }
  return performance.now() - start;
}

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

const args = process.argv.slice(2);
const named = engines.filter((engine) => args.includes(engine));
const rounds = Number(args.find((argument) => /^[1-9]\d*$/.test(argument)) ?? 5);
const unknown = args.filter(
  (argument) => !/^[1-9]\d*$/.test(argument) && !engines.some((engine) => engine === argument),
);
if (unknown.length > 0) {
  console.error(`no engine and no number of runs: ${unknown.join(', ')}`);
  process.exit(2);
}

const page = await servePage();
for (const engine of named.length > 0 ? named : engines) {
  const verdicts = new Map<string, Set<string>>();
  const bare: number[] = [];
  const shown: number[] = [];
  const whole: number[] = [];
  let name = '';
  for (let round = 0; round < rounds; round += 1) {
    const launched = await measureLaunch(engine, page.url);
    name = launched.name;
    bare.push(launched.bare);
    shown.push(launched.shown);
    whole.push(await measureCases(engine, verdicts));
  }
  const times = (values: readonly number[]) =>
    `${(median(whole) / median(values)).toFixed(1)} × ${seconds(median(values))}`;
  console.log(
    `${name}: ${cases.length} light cases in ${seconds(median(whole))}, median of ${rounds}\n` +
      `  ${times(shown)}, a launch with a first page\n` +
      `  ${times(bare)}, a bare launch`,
  );
  for (const [id, seen] of verdicts) {
    if (seen.size === 1) continue;
    console.log(`  not the same in every run: ${id}, ${[...seen].join(' and ')}`);
    process.exitCode = 1;
  }
}
page.close();
