/** `results.json` on its way to the disk: one result per line, written whole or not at all. */
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { forJson } from '../untrusted/inert.ts';
import { type Results, type Run, resultsOf } from './results.ts';

/** One result per line, so that files can be searched and compared line by line. */
export function formatResults({ runs, ...head }: Results): string {
  const members = Object.entries(head).map(([key, value]) => `${forJson(key)}: ${forJson(value)}`);
  const formatted = runs.map(({ results, ...run }) => {
    const fields = Object.entries(run).map(([key, value]) => `${forJson(key)}: ${forJson(value)}`);
    const lines = results.map((result) => forJson(result)).join(',\n');
    return `{\n${fields.join(',\n')},\n"results": [\n${lines}\n]\n}`;
  });
  return `{\n${members.join(',\n')},\n"runs": [\n${formatted.join(',\n')}\n]\n}\n`;
}

/**
 * Writes `results.json`: the whole file or, if that fails, nothing.
 * @throws {Error} of the file system
 */
export async function writeResults(path: string, runs: readonly Run[]): Promise<void> {
  await writeWhole(path, formatResults(resultsOf(runs)));
}

/** Whether a new file may take the place of what is there: not of a device, a pipe or a link. */
export async function isReplaced(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => true,
  );
}

/** Where a file is while it is written. */
export function unfinished(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.unfinished`);
}

/**
 * Writes beside the file and then takes its place, so that a reader never sees half of it; into what
 * is no plain file, such as /dev/stdout, it just writes.
 * @throws {Error} of the file system
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  if (!(await isReplaced(path))) return writeFile(path, content);
  const beside = unfinished(path);
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
