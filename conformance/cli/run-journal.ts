/** Where the results of a run are while it goes, and what is said of them when it does not end well. */
import { writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../results/journal.ts';
import { isReplaced } from '../results/results-file.ts';
import type { Output } from './outputs.ts';
import { say } from './standard-streams.ts';

export interface RunJournal extends Pick<Journal, 'begin'> {
  /** The results are kept elsewhere by now, or are none. */
  release(): void;
}

const none: RunJournal = { begin: () => () => {}, release: () => {} };

/**
 * Beside results.json where that is asked for, else in the folder for temporary files. If the process
 * ends without having released it, it stays, and where it is is said last.
 */
export async function openJournal(outputs: readonly Output[]): Promise<RunJournal> {
  const path = await placeFor(outputs);
  const tellFailure = (error: Error) =>
    say(`framewright: cannot write ${path}: ${error.message}; results are kept in memory only`);
  let journal: Journal;
  try {
    journal = new Journal(path, tellFailure);
  } catch (error) {
    tellFailure(error as Error);
    return none;
  }
  const endWithout = () => {
    if (!journal.hasResults) journal.remove();
    else writeSync(2, `framewright: what was judged is in ${path}: framewright report reads it\n`);
  };
  process.once('exit', endWithout);
  return {
    begin: (head) => journal.begin(head),
    release: () => {
      process.off('exit', endWithout);
      journal.remove();
    },
  };
}

async function placeFor(outputs: readonly Output[]): Promise<string> {
  for (const { name, path } of outputs) {
    if (name === 'json' && path !== undefined && (await isReplaced(path))) return `${path}.partial`;
  }
  return join(tmpdir(), `framewright-${process.pid}.json.partial`);
}
