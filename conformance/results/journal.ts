/**
 * The journal of a run: a line for each result as it arrives, so that a killed process loses only the
 * running cases. It is read back as a run that was interrupted.
 */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { forJson } from '../untrusted/inert.ts';
import {
  type RecordedResult,
  type Results,
  type Run,
  resultsOf,
  resultsVersion,
} from './results.ts';

/** The facts about a run before its first result. */
export type RunHead = Omit<Run, 'results' | 'end' | 'duration' | 'filtered'>;

const journalFormat = 'framewright journal';

/** Its results are those of `results.json`, so it has the same version. */
const firstLine = forJson({ format: journalFormat, version: resultsVersion });

type Line =
  | { readonly run: number; readonly head: RunHead }
  /** `at` in milliseconds since the run began. */
  | { readonly run: number; readonly at: number; readonly result: RecordedResult };

export class Journal {
  readonly path: string;
  readonly #file: number;
  readonly #onFailure: (error: Error) => void;
  #runs = 0;
  #results = 0;
  #isWritable = true;

  /**
   * Never replaces a file: an earlier journal may have the only copy of its results, and its run may
   * still be writing it.
   * @param onFailure called once, when the disk accepts no more; later results are not written here
   * @throws {Error} of the file system, with code EEXIST if there is such a file
   */
  constructor(path: string, onFailure: (error: Error) => void) {
    this.path = path;
    this.#file = openSync(path, 'wx');
    this.#onFailure = onFailure;
    this.#write(firstLine);
  }

  /** Whether it contains results that would be lost without it. */
  get hasResults(): boolean {
    return this.#results > 0;
  }

  /** @returns what keeps a result of that run, and returns whether it did */
  begin(head: RunHead): (result: RecordedResult) => boolean {
    const run = this.#runs;
    const begun = performance.now();
    this.#runs += 1;
    this.#write(forJson({ run, head } satisfies Line));
    return (result) => {
      const at = Math.round(performance.now() - begun);
      const isKept = this.#write(forJson({ run, at, result } satisfies Line));
      if (isKept) this.#results += 1;
      return isKept;
    };
  }

  /** When the results are stored elsewhere, or there are none. */
  remove(): void {
    this.#isWritable = false;
    closeSync(this.#file);
    rmSync(this.path, { force: true });
  }

  /** Callers continue only after the system has the data, as the process may end at any moment. */
  #write(line: string): boolean {
    if (!this.#isWritable) return false;
    try {
      writeFileSync(this.#file, `${line}\n`);
    } catch (error) {
      this.#isWritable = false;
      this.#onFailure(error as Error);
    }
    return this.#isWritable;
  }
}

/** The version that a journal's first line has; undefined if the file is no journal. */
export function journalVersion(content: string): unknown {
  const end = content.indexOf('\n');
  const line = content.slice(0, Math.min(end < 0 ? content.length : end, longestFirstLine));
  if (!line.includes(journalFormat)) return undefined;
  try {
    const { format, version } = JSON.parse(line) as { format?: unknown; version?: unknown };
    return format === journalFormat ? (version ?? 'none') : undefined;
  } catch {
    return undefined;
  }
}

const longestFirstLine = 200;

/**
 * Of a case that was played again the later result counts; a last line that was cut is passed over.
 * @throws {Error} that names the line which is none of a journal's
 */
export function readJournal(content: string): Results {
  const lines = content.slice(firstLine.length + 1).split('\n');
  // After the last line break there is nothing, or an incomplete line.
  lines.pop();
  const heads: RunHead[] = [];
  const results: Map<string, RecordedResult>[] = [];
  const durations: number[] = [];
  for (const [index, line] of lines.entries()) {
    const entry = entryIn(line, index + 2, heads.length);
    if ('head' in entry) {
      heads.push(entry.head);
      results.push(new Map());
      durations.push(0);
    } else {
      const { run, at, result } = entry;
      results[run]!.set(result.id, result);
      durations[run] = at;
    }
  }
  return resultsOf(
    heads.map(
      (head, run): Run => ({
        ...head,
        duration: durations[run]!,
        end: { state: 'interrupted' },
        results: [...results[run]!.values()],
      }),
    ),
  );
}

/** @param begun how many runs have begun before this line */
function entryIn(line: string, number: number, begun: number): Line {
  const damage = (words: string) =>
    new Error(`line ${number} ${words}; head -n ${number - 1} keeps the lines before it`);
  let entry: Line | null;
  try {
    entry = JSON.parse(line) as Line | null;
  } catch (error) {
    throw damage(`is not JSON: ${(error as Error).message}`);
  }
  if (typeof entry !== 'object' || entry === null) throw damage('has no result');
  if ('head' in entry ? entry.run === begun : entry.run < begun) return entry;
  throw damage(`is about a run that has not begun`);
}
