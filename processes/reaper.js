// @ts-check
/**
 * A separate process that ends what its owner started and left behind; see process-scope.ts.
 * Commands arrive as JSON lines; a released mark is answered with its name. When the input ends, the
 * owner is gone, and everything still held is ended.
 *
 * Plain JavaScript: Node 20 needs a loader for TypeScript, which takes longer than all of this.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Every process in a process scope has its mark in this environment variable. */
export const markVariable = 'FRAMEWRIGHT_SESSION';

/**
 * @typedef {{ readonly mark: string } & (
 *   | { readonly order: 'hold' | 'release' }
 *   | { readonly order: 'adopt', readonly pid: number }
 *   | { readonly order: 'adopt', readonly path: string }
 * )} Order
 *
 * @typedef {{ readonly pids: number[], readonly paths: string[] }} Estate
 *
 * @typedef {{ readonly parent: number, readonly startedAt: string }} Process
 */

// Time to exit on its own, as Xvfb does to remove its lock file. Then it is killed.
const graceMilliseconds = 1000;
const pollMilliseconds = 20;
// When an owner dies during a launch, its child may be about to become the browser, and shows no
// mark before that: processes count as gone only when none was seen for this long.
const quietMilliseconds = 500;

async function serve() {
  /** @type {Map<string, Estate>} */
  const held = new Map();
  process.stdout.on('error', () => {}); // The owner may be gone before the answer.
  // It ends with its input; a signal that ends an owner and all its children must not end it.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
  for await (const line of createInterface({ input: process.stdin })) {
    const order = /** @type {Order} */ (JSON.parse(line));
    const estate = held.get(order.mark) ?? { pids: [], paths: [] };
    if (order.order === 'hold') held.set(order.mark, estate);
    else if (order.order === 'release') {
      held.delete(order.mark);
      void settle(order.mark, estate, 0).then(() => process.stdout.write(`${order.mark}\n`));
    } else if ('pid' in order) estate.pids.push(order.pid);
    else if ('path' in order) estate.paths.push(order.path);
  }
  await Promise.all([...held].map(([mark, estate]) => settle(mark, estate, quietMilliseconds)));
}

/**
 * Ends all processes of the mark until none is seen for `quiet` ms, then removes its folders.
 *
 * @param {string} mark
 * @param {Estate} estate
 * @param {number} quiet
 */
async function settle(mark, estate, quiet) {
  const end = Date.now() + graceMilliseconds;
  const paths = new Set(estate.paths);
  /** @type {Set<number>} */
  const told = new Set();
  /** @type {Map<number, string>} */
  const known = new Map();
  let lastSeen = Date.now();
  for (;;) {
    const pids = alive(mark, estate, known);
    if (pids.length > 0) lastSeen = Date.now();
    else if (Date.now() - lastSeen >= quiet) break;
    const patient = Date.now() < end;
    for (const pid of pids) {
      for (const path of profilesOf(pid)) paths.add(path);
      if (patient && told.has(pid)) continue;
      told.add(pid);
      signalGroup(pid, patient ? 'SIGTERM' : 'SIGKILL');
    }
    await pause(pollMilliseconds);
  }
  for (const path of paths) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Linux shows which processes carry the mark, which covers those started just before the owner died
 * and those in a separate session, and excludes unrelated ones; and it shows their children, as these
 * may have another environment. Elsewhere only the groups that were handed over are ended.
 *
 * @param {string} mark
 * @param {Estate} estate
 * @param {Map<number, string>} known processes found earlier, with their start times
 * @returns {number[]} pids
 */
function alive(mark, estate, known) {
  if (process.platform === 'linux') return withDescendants(carriersOf(mark), known);
  return estate.pids.filter((pid) => signalGroup(pid, 0));
}

/**
 * Pids whose environment carries the mark (Linux).
 *
 * @param {string} mark
 */
function carriersOf(mark) {
  const wanted = `${markVariable}=${mark}\0`;
  return processes().filter((pid) => read(`/proc/${pid}/environ`).includes(wanted));
}

/**
 * Their children, grandchildren and so on, even if a parent has ended since.
 *
 * @param {readonly number[]} pids
 * @param {Map<number, string>} known receives the processes found
 * @returns {number[]} these and all descendants of them or of the known ones (Linux)
 */
function withDescendants(pids, known) {
  if (pids.length === 0 && known.size === 0) return [];
  /** @type {Map<number, Process>} */
  const running = new Map();
  for (const pid of processes()) {
    const described = describe(pid);
    if (described) running.set(pid, described);
  }
  const survivors = [...known].flatMap(([pid, startedAt]) =>
    running.get(pid)?.startedAt === startedAt ? [pid] : [],
  );
  const found = new Set([...pids, ...survivors]);
  // A set iterates over elements added during the iteration.
  for (const pid of found) {
    for (const [child, { parent }] of running) if (parent === pid) found.add(child);
  }
  known.clear();
  for (const pid of found) known.set(pid, running.get(pid)?.startedAt ?? '');
  return [...found];
}

/**
 * @param {number} pid
 * @returns {Process | undefined} undefined if it has ended, even as a zombie (Linux)
 */
function describe(pid) {
  const stat = read(`/proc/${pid}/stat`);
  // proc(5): the fields after the name, which may contain any character.
  const fields = stat.slice(stat.lastIndexOf(')')).split(' ');
  if (fields.length < 20 || fields[1] === 'Z') return undefined;
  return { parent: Number(fields[2]), startedAt: fields[19] ?? '' };
}

/** All running processes (Linux). */
function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/**
 * Playwright's temporary profile, unknown to an owner that died during a launch.
 *
 * @param {number} pid
 * @returns {readonly string[]} paths
 */
function profilesOf(pid) {
  if (process.platform !== 'linux') return [];
  return read(`/proc/${pid}/cmdline`).match(/[^=\0]*\/playwright_\w+dev_profile-\w+/g) ?? [];
}

/**
 * Signals the group that `pid` leads, or else `pid` alone. False if neither exists.
 *
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function signalGroup(pid, signal) {
  if (process.platform === 'win32') return signalTree(pid, signal);
  for (const target of [-pid, pid]) {
    try {
      return process.kill(target, signal);
    } catch {
      // No such group or process.
    }
  }
  return false;
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function signalTree(pid, signal) {
  try {
    process.kill(pid, 0);
    if (signal !== 0)
      execFileSync('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // Gone, or another user's.
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve();
