/**
 * A server target that we start ourselves: a command in a separate process group. It is ready when its
 * port answers, and it ends with us, including all of its child processes, however we end.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { ProcessScope } from '../../processes/process-scope.ts';
import { forTerminal } from '../untrusted/inert.ts';
import { residentMemoryOf } from './resident-memory.ts';

export interface StartedCommand {
  /** Of the command, and of its process group. */
  readonly pid: number;
  /** Resolves when it has ended, with how: `exited with code 1`, `was ended by SIGSEGV`. */
  readonly exited: Promise<string>;
  /** The last part of its output, standard output and error together. */
  output(): string;
  /** Resident bytes of the whole process group; undefined if the system does not report them. */
  residentMemory(): number | undefined;
  /** Ends the process group, first with SIGTERM. */
  stop(): Promise<void>;
}

/** The command cannot be used as a target; the message ends with its output. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export interface StartOptions {
  /** How long its port may take to answer, in ms. Default 30 000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

const hasProcessGroups = process.platform !== 'win32';
/** How long a command may take to end after SIGTERM, in ms. */
const killDelay = 3000;
/** The limit of one attempt to connect to its port, in ms. */
const longestKnock = 1000;
const keptOutput = 64 * 1024;

/**
 * @param url where it will listen; the port is also in its environment as `PORT`
 * @throws {CommandError} when it ends, does not answer at its port in time, or the port is in use
 */
export async function startCommand(
  command: readonly [string, ...string[]],
  url: URL,
  options: StartOptions = {},
): Promise<StartedCommand> {
  const port = Number(url.port || (url.protocol === 'wss:' ? 443 : 80));
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (await answers(host, port)) {
    throw new CommandError(
      `something is already listening on ${url.host}: stop it, or leave out --`,
    );
  }
  const started = launch(command, port);
  try {
    await waitForPort(started, host, port, options);
  } catch (error) {
    await started.stop();
    throw new CommandError(`${(error as Error).message}. ${lastWords(started.output())}`);
  }
  return started;
}

/** How much of a command's output is shown: lines, and characters of each. */
const shown = { lines: 40, width: 400 };

/** The end of a sentence about a command: the last lines of its output, inert in a terminal. */
export function lastWords(output: string): string {
  const lines = stripVTControlCharacters(output.trimEnd()).split(/\r?\n/);
  if (lines.length === 1 && !lines[0]) return 'It wrote nothing.';
  const last = lines.slice(-shown.lines).map((line) => {
    const cut = line.length > shown.width ? `…${line.slice(-shown.width)}` : line;
    return `    ${forTerminal(cut.replaceAll('\t', '    '))}`;
  });
  const lead = lines.length > last.length ? `Its last ${last.length} lines:` : 'It wrote:';
  return [lead, ...last].join('\n');
}

export interface Launched extends StartedCommand {
  readonly child: ChildProcess;
  readonly name: string;
}

/**
 * @param port in its environment as `PORT`
 * @throws {CommandError} when the command is empty
 */
export function launch([file, ...args]: readonly [string, ...string[]], port: number): Launched {
  if (!file) throw new CommandError('the command is empty: -- <command> names a program');
  const processScope = new ProcessScope();
  const child = processScope.start(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: hasProcessGroups,
    env: { PORT: `${port}` },
  });
  let written = Buffer.alloc(0);
  const keep = (bytes: Buffer) => {
    written = Buffer.concat([written, bytes]).subarray(-keptOutput);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, by) =>
      resolve(code === null ? `was ended by ${by}` : `exited with code ${code}`),
    );
  });
  const kill = (signal: NodeJS.Signals) => endGroup(child, signal);
  const killAtExit = () => kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    child,
    name: file,
    pid: child.pid ?? 0,
    exited,
    output: () => written.toString(),
    residentMemory: () => (child.pid === undefined ? undefined : residentMemoryOf(child.pid)),
    stop: async () => {
      process.off('exit', killAtExit);
      kill('SIGTERM');
      const timer = setTimeout(kill, killDelay, 'SIGKILL');
      await exited;
      clearTimeout(timer);
      // Processes started by the command may outlive it, in its group or in another session.
      kill('SIGKILL');
      await processScope.release();
    },
  };
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (hasProcessGroups) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Tries again whenever the command writes something, and after growing pauses. */
async function waitForPort(
  { child, exited, name }: Launched,
  host: string,
  port: number,
  { timeout = 30_000, signal }: StartOptions,
): Promise<void> {
  const deadline = performance.now() + timeout;
  let ended: string | undefined;
  exited.then((how) => {
    ended = how;
  });
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 250)) {
    if (await answers(host, port)) return;
    if (ended) throw new Error(`${name} ${ended}, and ${host}:${port} never answered`);
    if (signal?.aborted) throw new Error('interrupted while the command was starting');
    if (performance.now() > deadline) {
      throw new Error(
        `nothing is listening on ${host}:${port} ${timeout} ms after ${name} was started`,
      );
    }
    const waiting = new AbortController();
    const { signal: over } = waiting;
    const timer = setTimeout(() => waiting.abort(), pause);
    const news = [
      once(child.stdout!, 'data', { signal: over }),
      once(child, 'exit', { signal: over }),
    ];
    await Promise.race(news.map((event) => event.catch(() => undefined)));
    clearTimeout(timer);
    waiting.abort();
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // A packet that a firewall drops is never answered.
    const socket = connect({ host, port, timeout: longestKnock });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
