/** Builds shared by concurrent processes: one for each key. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const day = 24 * 60 * 60 * 1000;

/** No build takes that long: its process has ended, and another one has its pid. */
const longestBuild = 5 * 60 * 1000;

/**
 * The folder `cache/key`, filled by `build` if it does not exist. It appears complete or not at all;
 * builds unused for a day are removed.
 */
export async function buildOnce(
  cache: string,
  key: string,
  build: (folder: string) => void | Promise<void>,
): Promise<string> {
  const built = join(cache, key);
  if (!existsSync(built)) {
    mkdirSync(cache, { recursive: true });
    const release = await claim(`${built}.lock`);
    try {
      if (!existsSync(built)) await fill(built, build);
    } finally {
      release();
    }
    removeUnused(cache);
  }
  const now = new Date();
  utimesSync(built, now, now);
  return built;
}

/** Under a temporary name first: other processes use the folder as soon as it exists. */
async function fill(built: string, build: (folder: string) => void | Promise<void>): Promise<void> {
  const unfinished = `${built}.${process.pid}`;
  mkdirSync(unfinished);
  try {
    await build(unfinished);
    // Another process may have taken over a lock that it considered abandoned, and been faster.
    if (!existsSync(built)) renameSync(unfinished, built);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The lock only saves work; the rename is what makes a build appear complete. */
async function claim(lock: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isHeld(lock)) await wait(50);
    else rmSync(lock, { force: true });
  }
}

function isHeld(lock: string): boolean {
  try {
    // An empty lock is being written, and pid 0 would mean our own process group.
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return Date.now() - statSync(lock).mtimeMs < longestBuild;
  } catch (error) {
    // The lock has just been released, or its process has ended.
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

function removeUnused(cache: string): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > day) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
