/** npm run bench: our server's speed against its peers, in one run. */

import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { measure } from './measure.ts';
import { planCpus } from './peer-process.ts';
import { installPeers, peers, reference } from './peers.ts';
import { summarize } from './summary.ts';
import { renderTables } from './table.ts';
import { workloads } from './workloads.ts';

interface Options {
  only?: readonly string[];
  peers?: readonly string[];
  rounds?: number;
  json?: string;
  quick?: boolean;
  pin: boolean;
}

const words = (value: string) => value.split(',').map((word) => word.trim());

function wholeNumber(value: string): number {
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Give a whole number from 1.');
}

const listed = (names: readonly string[]) => names.map((name) => `\n  ${name}`).join('');

const program = new Command('npm run bench --')
  .description(
    'Measures server CPU per message against other WebSocket servers, as ratios in the same round.',
  )
  .option('--only <ids>', 'workloads to run, comma-separated; parts of ids are allowed', words)
  .option('--peers <names>', 'servers to measure, comma-separated', words)
  .option(
    '--rounds <n>',
    'number of rounds, of which the median is taken (5; with --quick 2)',
    wholeNumber,
  )
  .option('--quick', 'short spans and few rounds: for a first impression only')
  .option('--json <file>', 'write all figures to this file; - for standard output')
  .option('--no-pin', 'do not pin server and load generator to CPUs')
  .addHelpText(
    'after',
    `\nWorkloads:${listed(workloads.map(({ id }) => id))}\n\nServers:${listed(peers.map(({ name, onRequest }) => (onRequest ? `${name} (only when named)` : name)))}\n` +
      '\nExit codes: 0 measured; 1 a server failed or is missing; 2 could not run.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
const options = program.opts<Options>();

const chosenWorkloads = chosen(workloads, options.only ?? [], ({ id }, word) => id.includes(word), {
  option: '--only',
  names: workloads.map(({ id }) => id),
});
const usualPeers = peers.filter(({ onRequest }) => !onRequest).map(({ name }) => name);
const chosenPeers = chosen(peers, options.peers ?? usualPeers, ({ name }, word) => name === word, {
  option: '--peers',
  names: peers.map(({ name }) => name),
});

function chosen<T>(
  all: readonly T[],
  wanted: readonly string[],
  matches: (one: T, word: string) => boolean,
  { option, names }: { option: string; names: readonly string[] },
): T[] {
  for (const word of wanted) {
    if (all.some((one) => matches(one, word))) continue;
    program.error(`error: ${option} ${word} matches nothing; there are: ${names.join(', ')}`);
  }
  return all.filter((one) => wanted.length === 0 || wanted.some((word) => matches(one, word)));
}

const say = (line: string) => process.stderr.write(`${line}\n`);

// The first interrupt ends the run after the current sample and keeps what has been measured; the
// second ends it at once. Servers are killed on exit.
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) process.exit(2);
    interrupted.abort();
    say('\ninterrupted: finishing the current sample (again to stop at once)');
  });
}

try {
  installPeers(chosenPeers, say);
} catch (error) {
  // The installed ones are still worth measuring; the result names the others.
  say(`npm ci --prefix bench failed: ${(error as Error).message}`);
}

const rounds = options.rounds ?? (options.quick ? 2 : 5);
const span = options.quick
  ? { warmUpMillis: 200, measureMillis: 250, silenceMillis: 20_000 }
  : { warmUpMillis: 500, measureMillis: 800, silenceMillis: 20_000 };
const cpuPlan = options.pin ? planCpus() : undefined;
const started = new Date();

const total = rounds * chosenWorkloads.length * chosenPeers.length;
let done = 0;
let lastLine = '';

const measured = await measure({
  workloads: chosenWorkloads,
  peers: chosenPeers,
  rounds,
  span,
  cpus: cpuPlan,
  signal: interrupted.signal,
  onSample: (round, workload, peer) => {
    done++;
    if (process.stderr.isTTY) {
      const line = `[${done}/${total}] round ${round + 1}: ${workload.title} · ${peer.name}`;
      process.stderr.write(`\r\x1b[2K${line}`);
    } else if (lastLine !== `${round} ${workload.id}`) {
      lastLine = `${round} ${workload.id}`;
      say(`[${done}/${total}] round ${round + 1}: ${workload.title}`);
    }
  },
});
if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');

const figures = summarize(measured, reference);
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cpus: cpus().length,
  system: `${process.platform} ${process.arch} ${release()}`,
  node: process.version,
  pinned: cpuPlan ?? null,
};
const versions = chosenPeers.map((peer) => ({ name: peer.name, version: peer.version() }));

const tables = [
  `${started.toISOString().slice(0, 10)}, ${interrupted.signal.aborted ? `interrupted, at most ${rounds} rounds` : `${rounds} rounds`} (medians), ${machine.cpu}, ${machine.cpus} CPUs, Node ${machine.node.slice(1)},`,
  `${versions.map(({ name, version }) => `${name} ${version}`).join(', ')}.`,
  '',
  renderTables(figures, reference),
].join('\n');

if (options.json !== undefined) {
  const document = { date: started.toISOString(), machine, rounds, span, peers: versions, figures };
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  if (options.json === '-') process.stdout.write(text);
  else writeFileSync(options.json, text);
}
if (options.json !== '-') process.stdout.write(tables);

const broken = figures.filter(
  ({ problem }) => problem && (problem.outcome === 'failed' || problem.outcome === 'missing'),
);
if (interrupted.signal.aborted) say(`interrupted after ${done} of ${total} samples`);
process.exitCode = interrupted.signal.aborted ? 2 : broken.length > 0 ? 1 : 0;
