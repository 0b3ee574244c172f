/**
 * npm run trust: checks that verdicts are the same in every run, with each target and load. Each run
 * is a separate process, as a user starts it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { builtPackage } from '../.ci/built-package.ts';
import { catalogue } from '../conformance/catalogue/catalogue.ts';
import { readResults } from '../conformance/results/read-results.ts';
import { differencesIn, type Verdicts } from './trust/compare-verdicts.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const typescript = [process.execPath, '--import', 'tsx'];
const slowServer = path('../conformance/testing/slow-server.ts');

const targets: Readonly<Record<string, readonly string[]>> = {
  ws: [process.execPath, path('peers/ws.mjs'), '{port}', '--deflate'],
  framewright: [...typescript, path('peers/framewright.ts'), '{port}', '--deflate'],
  slow: [...typescript, slowServer, '--late', '300'],
  computing: [...typescript, slowServer, '--computes', '40'],
};

function wholeNumber(value: string): number {
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Give a whole number from 1.');
}

/** The slow server needs 40 minutes for all cases: by default it gets one case in eight. */
const defaultEvery: Readonly<Record<string, number>> = { slow: 16, computing: 16 };

const append = (value: string, previous: readonly string[]) => [...previous, value];

const program = new Command('npm run trust --')
  .description('Runs the test suite many times and reports whether the verdicts are the same.')
  .option('--runs <n>', 'how many runs of each kind', wholeNumber, 20)
  .option(
    '--at-once <n>',
    'how many runs at the same time, each with a separate server',
    wholeNumber,
    1,
  )
  .option(
    '--every <n>',
    'run one case in this many (default: 8 for the slow target, 1 for the others)',
    wholeNumber,
  )
  .addOption(
    new Option('--target <name>', 'repeatable; default: ws, framewright and slow')
      .choices(Object.keys(targets))
      .argParser((value, previous?: readonly string[]) => append(value, previous ?? [])),
  )
  .addOption(
    new Option(
      '--load <kind>',
      'on a quiet machine, or next to two busy loops; default: both',
    ).choices(['none', 'busy']),
  )
  .option('--only <cases>', 'as in framewright server; repeatable', append, [])
  .option('--skip <cases>', 'as in framewright server; repeatable', append, [])
  .addHelpText('after', '\nExit codes: 0 the same in every run; 1 different; 2 could not run.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
program.parse();
const flags = program.opts<{
  runs: number;
  atOnce: number;
  every?: number;
  target?: string[];
  load?: 'none' | 'busy';
  only: string[];
  skip: string[];
}>();

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));

function start(words: readonly string[]): ChildProcess {
  const child = spawn(words[0]!, words.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

interface Played {
  readonly verdicts: Verdicts;
  readonly unstable: readonly string[];
  readonly seconds: number;
}

const cli = join(await builtPackage(), 'dist', 'conformance', 'cli.js');

/** The ids to select for that target; undefined for all. */
function sampleFor(target: string): string[] | undefined {
  const every = flags.every ?? (flags.only.length > 0 ? 1 : (defaultEvery[target] ?? 1));
  if (every === 1) return flags.only.length > 0 ? flags.only : undefined;
  return catalogue()
    .filter(({ against }) => against.includes('server'))
    .filter((_, index) => index % every === 0)
    .map(({ id }) => id);
}

async function play(target: string, file: string): Promise<Played> {
  const child = start([
    ...[process.execPath, cli, 'server', 'ws://127.0.0.1:0/'],
    ...['--out', file, '--reporter', 'console'],
    ...(sampleFor(target)?.flatMap((cases) => ['--only', cases]) ?? []),
    ...flags.skip.flatMap((cases) => ['--skip', cases]),
    ...['--', ...targets[target]!],
  ]);
  const said: Buffer[] = [];
  child.stderr!.on('data', (bytes: Buffer) => said.push(bytes));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === null) throw new Error(`the run was killed: ${Buffer.concat(said)}`);
  const { runs } = await readResults(file);
  await rm(file);
  const { results, duration } = runs[0]!;
  return {
    verdicts: new Map(results.map(({ id, verdict, rule }) => [id, `${verdict} ${rule}`])),
    unstable: results.filter(({ unstable }) => unstable).map(({ id }) => id),
    seconds: duration / 1000,
  };
}

const loads = flags.load ? [flags.load] : (['none', 'busy'] as const);
const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), 'framewright-trust-'));
let isSame = true;
try {
  for (const target of flags.target ?? ['ws', 'framewright', 'slow']) {
    // With any load, the verdicts of a target must be the same.
    const all: Verdicts[] = [];
    for (const load of loads) {
      const busy =
        load === 'busy' ? [1, 2].map(() => start([process.execPath, '-e', 'for(;;);'])) : [];
      let begun = 0;
      const playInTurn = async () => {
        while (begun < flags.runs) {
          begun += 1;
          const run = begun;
          const file = join(folder, `${run}.json`);
          const { verdicts, unstable, seconds } = await play(target, file);
          all.push(verdicts);
          const again = unstable.length > 0 ? `, unstable: ${unstable.join(' ')}` : '';
          const name = `${target}, ${load === 'busy' ? 'busy' : 'quiet'}, run ${run}`;
          say(`${name}: ${verdicts.size} cases in ${seconds.toFixed(1)} s${again}`);
        }
      };
      await Promise.all(Array.from({ length: flags.atOnce }, playInTurn));
      for (const child of busy) child.kill('SIGKILL');
    }
    const differences = differencesIn(all);
    isSame &&= differences.length === 0;
    say(`${target}: ${all.length} runs, ${differences.length} cases whose verdict differs`);
    for (const { id, counts } of differences) {
      say(`  ${id}: ${counts.map(([verdict, runs]) => `${runs} × ${verdict}`).join(', ')}`);
    }
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(2);
} finally {
  await rm(folder, { recursive: true });
}
process.exit(isSame ? 0 : 1);
