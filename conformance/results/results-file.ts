/** Writes `results.json`: one result per line, complete or not at all. */
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

/** The path of a file while it is being written. */
export function unfinished(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.unfinished`);
}

/**
 * Writes a temporary file and renames it, so that a reader never sees an incomplete one; anything but
 * a regular file, such as /dev/stdout, is written directly.
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
