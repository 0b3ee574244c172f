/** npm run soak: thousands of connections for half a minute, and nothing left behind. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { compileServer } from './compile-server.ts';
import { soak } from './soak-load.ts';
import type { Question, Status } from './soak-server.ts';
import { judgeSoak, renderSoak } from './soak-verdict.ts';

const emptyDeadline = 20_000;
const exitDeadline = 10_000;

function wholeNumber(value: string): number {
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Give a whole number from 1.');
}

const program = new Command('npm run soak --')
  .description(
    'Runs mixed load against our server and checks that memory and handles are released.',
  )
  .option('--connections <n>', 'clients at the same time', wholeNumber, 5000)
  .option('--seconds <n>', 'how long, after the warm-up', wholeNumber, 30)
  .addHelpText(
    'after',
    '\nExit codes: 0 nothing left behind; 1 something was left behind; 2 could not run.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
program.parse();
const { connections, seconds } = program.opts<{ connections: number; seconds: number }>();

const say = (line: string) => process.stderr.write(`${line}\n`);

// An interrupted run leaves no server behind: they are killed on exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));

const child = fork(compileServer('soak-server.js'), { execArgv: ['--expose-gc'] });
process.on('exit', () => child.kill('SIGKILL'));
child.once('exit', (code, signal) => {
  if (closing) return;
  say(`the server ended in the middle of the soak (${signal ?? `exit code ${code}`})`);
  process.exit(1);
});
let closing = false;

const fresh = await answer(child);
say(`server ${child.pid} listens on port ${fresh.port}`);

// The first clients fill pools and compile code; the soak is measured against the state after them.
const warmUpSeconds = Math.max(3, Math.ceil(seconds / 6));
say(`warm-up: ${connections} clients, ${warmUpSeconds} s`);
await soak(fresh.port, connections, warmUpSeconds);
const warm = await empty();

say(`soak: ${connections} clients, ${seconds} s`);
let peak = fresh;
const counts = await soak(fresh.port, connections, seconds, async () => {
  await delay(0.5 * seconds * 1000);
  peak = await ask('status');
});
const end = await empty();

closing = true;
const exited = once(child, 'exit');
const closed = await ask('close');
const closedAt = performance.now();
const exitMillis = await Promise.race([
  exited.then(() => performance.now() - closedAt),
  delay(exitDeadline, undefined, { ref: false }),
]);

const figures = { counts, fresh, warm, peak, end, closed, exitMillis };
process.stdout.write(renderSoak(figures));
const wrong = judgeSoak(figures);
for (const sentence of wrong) process.stdout.write(`✗ ${sentence}\n`);
if (wrong.length === 0) process.stdout.write('✓ nothing left behind\n');
process.exit(wrong.length === 0 ? 0 : 1);

/** The server's status once it has noticed that all clients are gone, or at the deadline. */
async function empty(): Promise<Status> {
  const giveUpAt = performance.now() + emptyDeadline;
  for (;;) {
    const status = await ask('status');
    if (status.openConnections === 0 || performance.now() > giveUpAt) return status;
    await delay(50);
  }
}

async function ask(question: Question): Promise<Status> {
  const answered = answer(child);
  child.send(question);
  return answered;
}

async function answer(from: ChildProcess): Promise<Status> {
  const [status] = (await once(from, 'message')) as [Status];
  return status;
}
