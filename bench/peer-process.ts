import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Readable } from 'node:stream';
import type { Command } from './peers.ts';

const startDeadline = 15_000;
const collectDeadline = 15_000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A server running in a separate process. */
export class PeerProcess {
  readonly pid: number;
  readonly port: number;
  readonly #child: Child;
  readonly #lines: Lines;

  private constructor(child: Child, lines: Lines, port: number) {
    this.#child = child;
    this.#lines = lines;
    this.pid = child.pid!;
    this.port = port;
  }

  /** Resolves once it listens. Otherwise rejects with its output. */
  static async start(command: Command, cpu?: number): Promise<PeerProcess> {
    const { file, args } = pinned(command, cpu);
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const onExit = () => child.kill('SIGKILL');
    process.on('exit', onExit);
    child.on('exit', () => process.off('exit', onExit));
    const lines = new Lines(child);
    try {
      const line = await lines.next(/^listening (\d+)$/, startDeadline);
      return new PeerProcess(child, lines, Number(line[1]));
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Makes it collect garbage, and resolves when it has. */
  async collectGarbage(): Promise<void> {
    const collected = this.#lines.next(/^collected$/, collectDeadline);
    this.#child.kill('SIGUSR2');
    await collected;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Waits for lines on a child's stdout, and keeps its stderr for the error message. */
class Lines {
  readonly #child: Child;
  #stderr = '';
  #unread = '';

  constructor(child: Child) {
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#unread += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2000);
    });
  }

  next(pattern: RegExp, deadline: number): Promise<RegExpExecArray> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        child.stdout.off('data', look);
        child.off('close', onClose);
        child.off('error', fail);
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
      };
      const look = () => {
        for (;;) {
          const end = this.#unread.indexOf('\n');
          if (end < 0) return;
          const found = pattern.exec(this.#unread.slice(0, end).trimEnd());
          this.#unread = this.#unread.slice(end + 1);
          if (!found) continue;
          settle();
          resolve(found);
          return;
        }
      };
      const said = () => (this.#stderr ? `; its output:\n${this.#stderr.trimEnd()}` : '');
      const onClose = (code: number | null, signal: string | null) =>
        fail(new Error(`the server process ended (${signal ?? `exit code ${code}`})${said()}`));
      const timer = setTimeout(
        () => fail(new Error(`the server process did not print ${pattern.source}${said()}`)),
        deadline,
      );
      child.stdout.on('data', look);
      child.on('close', onClose);
      child.on('error', fail);
      look();
    });
  }
}

export interface CpuPlan {
  readonly server: number;
  readonly load: number;
}

/**
 * One CPU for the server and another for the load generator, so that neither is measured while the
 * scheduler moves it. Undefined if that is impossible: one CPU, or no taskset.
 */
export function planCpus(): CpuPlan | undefined {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    const list = /^Cpus_allowed_list:\s+(\S+)/m.exec(status)?.[1] ?? '';
    const allowed = list.split(',').flatMap((range) => {
      const [from = 0, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
    const [server, load] = [allowed[0], allowed.at(-1)];
    if (server === undefined || load === undefined || server === load) return undefined;
    execFileSync('taskset', ['-a', '-c', '-p', String(load), String(process.pid)], {
      stdio: 'ignore',
    });
    return { server, load };
  } catch {
    return undefined;
  }
}

function pinned({ file, args }: Command, cpu: number | undefined): Command {
  return cpu === undefined
    ? { file, args }
    : { file: 'taskset', args: ['-c', `${cpu}`, file, ...args] };
}
