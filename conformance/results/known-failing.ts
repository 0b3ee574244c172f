/**
 * A known-failing list: one case id per line, `*` for any characters, `#` for comments. It cannot
 * become outdated: a listed case that passes and a line that matches no case both make a run fail.
 */
import { matchesPattern } from '../format/id-pattern.ts';
import { readText } from './read-text.ts';
import type { KnownFailing } from './results.ts';

/** A list of the whole catalogue has less than a tenth of this. */
const longestList = 1024 * 1024;

/**
 * Each pattern is compared with each id, so that the time of a run would have no limit. A list of
 * every case has 1,700 lines of at most 60 characters.
 */
const most = { lines: 10_000, characters: 1000 };

/** @throws {Error} of the file system, or with a sentence if it is no list of cases */
export function readKnownFailing(file: string, ids: readonly string[]): KnownFailing {
  return parseKnownFailing(readText(file, longestList), file, ids);
}

/** @param ids of the whole catalogue, even if only a part of it is run */
export function parseKnownFailing(
  content: string,
  file: string,
  ids: readonly string[],
): KnownFailing {
  const lines = content
    .split(/\r\n?|\n/)
    .map((text, index) => ({ line: index + 1, pattern: text.replace(/#.*/, '').trim() }))
    .filter(({ pattern }) => pattern !== '');
  if (lines.length > most.lines) throw new Error(`it has more than ${most.lines} lines`);
  const long = lines.find(({ pattern }) => pattern.length > most.characters);
  if (long) throw new Error(`line ${long.line} is too long: a line is the id of one case`);
  return {
    file,
    patterns: lines.map(({ pattern }) => pattern),
    unmatched: lines.filter(({ pattern }) => !ids.some((id) => matchesPattern(pattern, id))),
  };
}
