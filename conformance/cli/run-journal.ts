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
  const place = await placeFor(outputs);
  const reportFailure = (error: Error) =>
    say(`framewright: cannot write ${place}: ${error.message}; results are kept in memory only`);
  let journal: Journal;
  try {
    journal = openBeside(place, reportFailure);
  } catch (error) {
    reportFailure(error as Error);
    return none;
  }
  if (journal.path !== place) say(earlierJournal(place, journal.path));
  const endWithout = () => {
    if (!journal.hasResults) journal.remove();
    else {
      const sentence = `what was judged is in ${journal.path}: framewright report reads it`;
      writeSync(2, `framewright: ${sentence}\n`);
    }
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

/** An earlier run that was killed, or another one that still goes on, may have left its own there. */
function openBeside(place: string, onFailure: (error: Error) => void): Journal {
  for (let number = 2, path = place; ; number += 1) {
    try {
      return new Journal(path, onFailure);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number > mostBeside) throw error;
      path = place.replace(/partial$/, `${number}.partial`);
    }
  }
}

/** A folder with more journals than this has not been looked at in a long time. */
const mostBeside = 999;

const earlierJournal = (earlier: string, path: string) =>
  `framewright: ${earlier} is kept: it has the results of a run that was killed, or that is still running (framewright report reads it; delete it if you do not need it). Results of this run are stored in ${path} until it ends.`;

async function placeFor(outputs: readonly Output[]): Promise<string> {
  for (const { name, path } of outputs) {
    if (name === 'json' && path !== undefined && (await isReplaced(path))) return `${path}.partial`;
  }
  return join(tmpdir(), `framewright-${process.pid}.json.partial`);
}
