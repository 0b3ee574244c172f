/**
 * `npm run e2e:light [engines…] [runs]`: how long the light client cases take in each engine,
 * including launch and end, compared with launches in the same round: a bare one, and one with a
 * first page. Each runs in a separate process, as a command does. Medians of the rounds (5 by
 * default). A case whose verdicts differ is listed, and makes the exit code 1.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Engine, engines } from '../browsers/find.ts';
import type { LaunchCost } from './measure-launch.ts';
import type { CasesCost } from './measure-once.ts';

/** @throws {Error} when the process ends without an answer */
async function measure<Cost>(engine: Engine, what: 'launch' | 'cases'): Promise<Cost> {
  const child = fork(fileURLToPath(new URL('measure-once.ts', import.meta.url)), [engine, what]);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${engine}, ${what}: no answer, exit code ${code}`);
  });
  const [cost] = await Promise.race([once(child, 'message'), ended]);
  return cost as Cost;
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

for (const engine of named.length > 0 ? named : engines) {
  const verdicts = new Map<string, Set<string>>();
  const bare: number[] = [];
  const shown: number[] = [];
  const whole: number[] = [];
  let name = '';
  for (let round = 0; round < rounds; round += 1) {
    const launched = await measure<LaunchCost>(engine, 'launch');
    const played = await measure<CasesCost>(engine, 'cases');
    name = launched.name;
    bare.push(launched.bare);
    shown.push(launched.shown);
    whole.push(played.took);
    for (const [id, verdict] of played.verdicts) {
      verdicts.set(id, (verdicts.get(id) ?? new Set()).add(verdict));
    }
  }
  const times = (values: readonly number[]) =>
    `${(median(whole) / median(values)).toFixed(1)} × ${seconds(median(values))}`;
  console.log(
    `${name}: ${verdicts.size} light cases in ${seconds(median(whole))}, median of ${rounds}\n` +
      `  ${times(shown)}, a launch with a first page\n` +
      `  ${times(bare)}, a bare launch`,
  );
  for (const [id, seen] of verdicts) {
    if (seen.size === 1) continue;
    console.log(`  not the same in every run: ${id}, ${[...seen].join(' and ')}`);
    process.exitCode = 1;
  }
}
