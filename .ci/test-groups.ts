/**
 * Which unit tests share a process. To start one and load the sources takes longer than most files
 * take to run, so those of a folder run together, one after the other.
 */
import { dirname } from 'node:path';

/**
 * What keeps a file to itself: hooks outside of a suite, which would run for its neighbours, too;
 * what all of a process shares; and processes and browsers, which tests wait for side by side.
 */
const needsOwnProcess =
  /^(?:before|after)(?:Each)?\(|\bmock\.|globalThis|process\.(?!exec|platform|versions)|node:child_process|\bbrowsers\/|buildCli|concurrency/m;

/** @returns files that share a process, in order; those that share it with none come first */
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
