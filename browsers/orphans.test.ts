/**
 * Nothing that a session started outlives its owner, however the owner ends. Every process of a run
 * inherits a mark in its environment and is found by it in /proc; temporary files go to a folder of
 * the run.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { markVariable } from '../processes/reaper.js';

const script = fileURLToPath(new URL('orphans.owner.ts', import.meta.url));
const onLinux = { skip: process.platform !== 'linux' && 'processes are found in /proc' };
// Cold starts of all engines on a very busy machine take more than half a minute.
const observationMilliseconds = 120_000;

interface Process {
  readonly pid: number;
  readonly command: string;
  readonly ofSession: boolean;
}

class Run {
  readonly #mark = `RUN_OF_ORPHANS_TEST=${randomUUID()}`;
  readonly #temporary = mkdtempSync(join(tmpdir(), 'orphans-'));
  readonly owner: ChildProcess;
  readonly ready: Promise<unknown>;
  readonly ended: Promise<unknown>;

  constructor(engines: readonly string[]) {
    const [name, value] = this.#mark.split('=') as [string, string];
    this.owner = spawn(process.execPath, [...process.execArgv, script, ...engines], {
      env: { ...process.env, [name]: value, TMPDIR: this.#temporary },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let complaint = '';
    this.owner.stderr?.on('data', (text) => {
      complaint += text;
    });
    this.ended = once(this.owner, 'exit');
    const said = once(createInterface({ input: this.owner.stdout! }), 'line');
    this.ready = Promise.race([
      said,
      this.ended.then(() => assert.fail(`the owner ended: ${complaint}`)),
    ]);
    this.ready.catch(() => {});
  }

  tell(order: string): void {
    this.owner.stdin?.write(`${order}\n`);
  }

  /** All processes of this run except the owner. */
  others(): Process[] {
    const others: Process[] = [];
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const environment = read(`/proc/${pid}/environ`);
      if (!environment.includes(`${this.#mark}\0`) || Number(pid) === this.owner.pid) continue;
      const ofSession = environment.includes(`${markVariable}=`);
      others.push({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`), ofSession });
    }
    return others;
  }

  /** Processes of sessions: browsers, drivers, displays. */
  browsers(): Process[] {
    return this.others().filter(({ ofSession }) => ofSession);
  }

  /** Waits for an observation. */
  async until(what: string, seen: () => boolean): Promise<void> {
    const end = Date.now() + observationMilliseconds;
    while (!seen()) {
      if (Date.now() > end) assert.fail(`${what}:\n${this.others().map(({ command }) => command)}`);
      await pause(20);
    }
  }

  async expectNothingLeft(isAllowed: (file: string) => boolean = () => false): Promise<void> {
    await this.ended;
    await this.until('left behind', () => this.others().length === 0);
    // The cache of the TypeScript loader does not belong to a session.
    const files = readdirSync(this.#temporary).filter((name) => !name.startsWith('tsx-'));
    assert.deepEqual(
      files.filter((name) => !isAllowed(name)),
      [],
    );
    rmSync(this.#temporary, { recursive: true });
  }
}

/** A browser's helper process may end on its own before its turn comes. */
function freeze(pid: number): void {
  try {
    process.kill(pid, 'SIGSTOP');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

test('nothing remains of an owner killed with all engines running', onLinux, async () => {
  const run = new Run(['chromium', 'firefox', 'webkit']);
  await run.ready;
  assert.ok(run.browsers().length >= 8, 'the processes of three browsers are found');
  run.owner.kill('SIGKILL');
  await run.expectNothingLeft();
});

test('nothing remains of an owner killed while the browsers start', onLinux, async () => {
  const run = new Run(['chromium', 'firefox', 'webkit']);
  const starting = (name: string): boolean =>
    run.browsers().some(({ command }) => command.includes(name));
  await run.until('not started', () => ['chromium', 'firefox', 'Xvfb'].every(starting));
  run.owner.kill('SIGKILL');
  // Playwright reports the name of a profile once the browser runs; a browser that ends on its own
  // before the reaper looks takes the name with it.
  await run.expectNothingLeft((file) => /^playwright_\w+dev_profile-/.test(file));
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`nothing remains of an owner ended by ${signal}`, onLinux, async () => {
    const run = new Run(['chromium', 'webkit']);
    await run.ready;
    run.owner.kill(signal);
    await run.expectNothingLeft();
  });
}

for (const order of ['crash', 'leave', 'close']) {
  test(`nothing remains after the owner's ${order}`, onLinux, async () => {
    const run = new Run(['chromium', 'webkit']);
    await run.ready;
    run.tell(order);
    await run.expectNothingLeft();
  });
}

test('closing frozen browsers ends their processes', onLinux, async () => {
  const run = new Run(['chromium', 'firefox', 'webkit']);
  await run.ready;
  for (const { pid } of run.browsers()) freeze(pid);
  run.tell('close');
  await run.expectNothingLeft();
  assert.equal(run.owner.exitCode, 0);
});
