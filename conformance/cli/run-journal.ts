/** The journal of a run: where its results are stored meanwhile, and the message if it is killed. */
import { writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, type RunHead } from '../results/journal.ts';
import type { RecordedResult } from '../results/results.ts';
import { isReplaced } from '../results/results-file.ts';
import type { Output } from './outputs.ts';
import { say } from './standard-streams.ts';

export interface RunJournal {
  /** @returns what keeps a result of that run */
  begin(head: RunHead): (result: RecordedResult) => void;
  /** The results are stored elsewhere by now, or there are none. */
  release(): void;
}

/**
 * Beside results.json where that is asked for, else in the folder for temporary files, which also
 * takes over if the first place is full. If the process ends without having released it, it stays,
 * and where it is is said last.
 */
export async function openJournal(outputs: readonly Output[]): Promise<RunJournal> {
  const journals = new Journals([...new Set([await placeFor(outputs), temporaryPlace()])]);
  const endWithout = () => journals.endWithout();
  process.once('exit', endWithout);
  return {
    begin: (head) => journals.begin(head),
    release: () => {
      process.off('exit', endWithout);
      journals.remove();
    },
  };
}

/** The journals of one run: the next place is used when the one before takes no more. */
class Journals {
  readonly #places: string[];
  readonly #opened: Journal[] = [];
  #current: Journal | undefined;

  constructor(places: readonly string[]) {
    this.#places = [...places];
    this.#openNext();
  }

  begin(head: RunHead): (result: RecordedResult) => void {
    let journal = this.#current;
    let keep = journal?.begin(head);
    return (result) => {
      while (this.#current) {
        if (journal !== this.#current) {
          journal = this.#current;
          keep = journal.begin(head);
        }
        if (keep!(result)) return;
        this.#openNext();
      }
    };
  }

  remove(): void {
    for (const journal of this.#opened) journal.remove();
  }

  endWithout(): void {
    const [kept, empty] = [true, false].map((has) =>
      this.#opened.filter(({ hasResults }) => hasResults === has),
    );
    for (const journal of empty!) journal.remove();
    if (kept!.length === 0) return;
    const paths = kept!.map(({ path }) => path);
    const sentence = `what was judged is in ${paths.join(' and ')}: framewright report reads it`;
    writeSync(2, `framewright: ${sentence}\n`);
  }

  #openNext(): void {
    this.#current = undefined;
    for (let place = this.#places.shift(); place; place = this.#places.shift()) {
      const path = place;
      const onFailure = ({ message }: Error) => {
        const [next] = this.#places;
        const where = next ? `further results are stored in ${next}` : 'results are in memory only';
        say(`framewright: cannot write ${path}: ${message}; ${where}`);
      };
      try {
        this.#current = openBeside(path, onFailure);
        this.#opened.push(this.#current);
        if (this.#current.path !== path) say(earlierJournal(path, this.#current.path));
        return;
      } catch (error) {
        onFailure(error as Error);
      }
    }
  }
}

/** An earlier run that was killed, or another one that is still running, may have left a journal there. */
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

/** A folder with more journals than this has not been cleaned up in a long time. */
const mostBeside = 999;

const earlierJournal = (earlier: string, path: string) =>
  `framewright: ${earlier} is kept: it has the results of a run that was killed, or that is still running (framewright report reads it; delete it if you do not need it). Results of this run are stored in ${path} until it ends.`;

async function placeFor(outputs: readonly Output[]): Promise<string> {
  for (const { name, path } of outputs) {
    if (name === 'json' && path !== undefined && (await isReplaced(path))) return `${path}.partial`;
  }
  return temporaryPlace();
}

const temporaryPlace = () => join(tmpdir(), `framewright-${process.pid}.json.partial`);
