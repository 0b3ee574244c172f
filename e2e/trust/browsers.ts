/**
 * `npm run trust:browsers [engines…] [runs] [--busy loops]`: full runs of `framewright browsers`, 10 by
 * default, optionally next to busy loops. Each run's exit code is printed as it ends, with the
 * differences from the baseline, the unstable cases, and the path of unexpected results; at the end,
 * the cases whose verdicts differ between the runs. The exit code is 1 if a run did not end with 0.
 */
import { once } from 'node:events';
import { copyFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type Engine, engines } from '../../browsers/find.ts';
import { readResults } from '../../conformance/results/read-results.ts';
import type { RecordedResult } from '../../conformance/results/results.ts';
import { ProcessScopeWithFolder } from '../../processes/process-scope.ts';

interface FullRun {
  readonly code: number;
  /** Lines of the comparison with the baseline. */
  readonly changes: readonly string[];
  readonly results: readonly RecordedResult[];
  readonly seconds: number;
}

const cli = fileURLToPath(new URL('../../conformance/cli.ts', import.meta.url));

async function playOnce(engine: Engine, path: string): Promise<FullRun> {
  await rm(path, { force: true });
  const args = ['--import', 'tsx', cli, 'browsers', engine, '--out', path];
  const startedAt = performance.now();
  const child = processScope.start(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - startedAt) / 1000;
  // A run that could not start has no results.
  const runs = await readResults(path).then(
    (read) => read.runs,
    () => [],
  );
  const changes = said.split('\n').filter((line) => /^[-+] |^framewright: /.test(line));
  return { code: code ?? 2, changes, results: runs.flatMap(({ results }) => results), seconds };
}

/** The next run writes its results to the same path. */
async function keepResults(path: string, name: string): Promise<string> {
  const kept = join(tmpdir(), `framewright-trust-${process.pid}-${name}.json`);
  return copyFile(path, kept).then(
    () => `results: ${kept}`,
    () => 'no results',
  );
}

/** Ids whose verdict is not the same in every run, with all of their verdicts. */
function unsteady(runs: readonly FullRun[]): readonly string[] {
  const verdicts = new Map<string, Set<string>>();
  for (const { id, verdict } of runs.flatMap(({ results }) => results)) {
    verdicts.set(id, (verdicts.get(id) ?? new Set()).add(verdict));
  }
  return [...verdicts].flatMap(([id, seen]) =>
    seen.size > 1 ? [`${id}: ${[...seen].join(' and ')}`] : [],
  );
}

const program = new Command('npm run trust:browsers --')
  .description('Runs the client cases many times in each engine, and compares with the baseline.')
  .argument('[engines and runs...]', `${engines.join(', ')} (default: all), and how many runs`)
  .option('--busy <loops>', 'busy loops next to the runs', '0')
  .addHelpText(
    'after',
    '\nExit codes: 0 all runs as expected; 1 some were not; 2 could not run.\nExample: npm run trust:browsers -- firefox 5 --busy 2',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

function readArguments() {
  const [words] = program.parse().processedArgs as [readonly string[]];
  const { busy } = program.opts<{ busy: string }>();
  const counts = words.filter((word) => /^[1-9]\d*$/.test(word));
  const wrong = words.find(
    (word) => !engines.some((each) => each === word) && !counts.includes(word),
  );
  if (wrong !== undefined)
    program.error(`error: ${wrong} is neither an engine nor a number of runs`);
  if (counts.length > 1) program.error('error: give the number of runs once');
  if (!/^\d+$/.test(busy)) program.error('error: --busy takes a whole number');
  const named = engines.filter((engine) => words.includes(engine));
  return {
    chosen: named.length > 0 ? named : engines,
    times: Number(counts[0] ?? 10),
    loops: Number(busy),
  };
}

const { chosen, times, loops } = readArguments();
// Ends the loops and the current run if this process is killed.
const processScope = new ProcessScopeWithFolder();
const path = join(processScope.directory, 'results.json');
for (let loop = 0; loop < loops; loop += 1) {
  processScope.start(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}
try {
  for (const engine of chosen) {
    const runs: FullRun[] = [];
    for (let nth = 1; nth <= times; nth += 1) {
      const run = await playOnce(engine, path);
      runs.push(run);
      console.log(`${engine}, run ${nth}: exit code ${run.code}, ${run.seconds.toFixed(1)} s`);
      for (const line of run.changes) console.log(`  ${line}`);
      for (const { id, unstable } of run.results) if (unstable) console.log(`  unstable: ${id}`);
      if (run.code !== 0) console.log(`  ${await keepResults(path, `${engine}-${nth}`)}`);
    }
    const good = runs.filter(({ code }) => code === 0).length;
    console.log(`${engine}: ${good} of ${times} as expected, next to ${loops} busy loops`);
    for (const line of unsteady(runs)) console.log(`  ${line}`);
    if (good < times) process.exitCode = 1;
  }
} finally {
  await processScope.release();
}
