/**
 * Which unit tests share a process. Starting one and loading the sources takes longer than most
 * files take to run, so the files of a folder run together, one after the other.
 */
import { dirname } from 'node:path';

/**
 * What makes a file run in a separate process: hooks outside of a suite, which would run for other
 * files too; process-wide state; and processes and browsers, whose tests should run concurrently.
 */
const needsOwnProcess =
  /^(?:before|after)(?:Each)?\(|\bmock\.|globalThis|process\.(?!exec|platform|versions)|node:child_process|\bbrowsers\/|buildCli|concurrency/m;

/** @returns files that share a process, in order; files that run alone come first */
export function testGroups(
  files: readonly string[],
  read: (file: string) => string,
): readonly (readonly string[])[] {
  const alone: string[][] = [];
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    const folder = dirname(file);
    if (needsOwnProcess.test(read(file))) alone.push([file]);
    else byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  return [...alone, ...byFolder.values()];
}
