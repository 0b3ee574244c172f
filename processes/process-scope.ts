/**
 * Everything started for one purpose, a browser session or a command, so that nothing outlives it.
 *
 * A small separate process, the reaper, keeps the list. It reads from a pipe that only the owner
 * holds: when the pipe ends, for whatever reason (exit, crash, Ctrl-C, SIGKILL), it ends everything
 * on the list. So no signal handler is needed here, and none can be forgotten.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { markVariable, type Order } from './reaper.js';

/** Processes and folders. `release()` ends and removes them. */
export class ProcessScope {
  readonly #mark = randomUUID();
  /** Processes started with this environment are found by its mark. */
  readonly environment: Record<string, string>;

  constructor() {
    this.environment = { ...definedOf(process.env), [markVariable]: this.#mark };
    reaper().tell({ order: 'hold', mark: this.#mark });
  }

  /** Starts a process in a separate group; it ends with the process scope at the latest. */
  start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const env = { ...this.environment, ...options.env };
    const child = spawn(command, args, { detached: true, ...options, env });
    if (child.pid !== undefined) this.adopt(child.pid);
    return child;
  }

  /** `pid` leads a process group that was started with `environment`. */
  adopt(pid: number): void {
    reaper().tell({ order: 'adopt', mark: this.#mark, pid });
  }

  adoptFolder(path: string): void {
    reaper().tell({ order: 'adopt', mark: this.#mark, path });
  }

  /** Resolves when all processes have ended and all folders are removed. */
  async release(): Promise<void> {
    await reaper().release(this.#mark);
  }
}

/** A process scope with a folder, for programs that leave temporary files when they are killed. */
export class ProcessScopeWithFolder extends ProcessScope {
  /** A folder that is removed with the session. */
  readonly directory: string = mkdtempSync(join(tmpdir(), 'framewright-'));

  constructor() {
    super();
    // macOS has no room for more: the path of a socket is limited to 104 bytes there, and its
    // temporary folder is long already.
    if (process.platform !== 'darwin') this.environment.TMPDIR = this.directory;
    this.adoptFolder(this.directory);
  }
}

interface Reaper {
  tell(order: Order): void;
  release(mark: string): Promise<void>;
}

let running: Reaper | undefined;

function reaper(): Reaper {
  running ??= startReaper();
  return running;
}

function startReaper(): Reaper {
  const file = fileURLToPath(new URL('reaper.js', import.meta.url));
  // Without a mark: it has to outlive its owner, even if that is in another process scope.
  const { [markVariable]: _, ...environment } = definedOf(process.env);
  const child = spawn(process.execPath, [file], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // In a separate session: the reaper must survive a Ctrl-C of the owner's terminal.
    detached: true,
    env: { ...environment, NODE_OPTIONS: '' },
  });
  const { stdin, stdout } = child;
  const waiting = new Map<string, () => void>();
  const keepOwnerAlive = (alive: boolean): void => {
    for (const handle of [child, stdin as unknown as Socket, stdout as unknown as Socket]) {
      if (alive) handle.ref();
      else handle.unref();
    }
  };
  createInterface({ input: stdout }).on('line', (mark) => {
    waiting.get(mark)?.();
    waiting.delete(mark);
    if (waiting.size === 0) keepOwnerAlive(false);
  });
  child.once('exit', () => {
    running = undefined;
    for (const resolve of waiting.values()) resolve();
  });
  stdin.on('error', () => {});
  keepOwnerAlive(false);

  const tell = (order: Order): void => {
    stdin.write(`${JSON.stringify(order)}\n`);
  };
  const release = (mark: string): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(mark, resolve);
      keepOwnerAlive(true);
      tell({ order: 'release', mark });
    });
  return { tell, release };
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}
