/**
 * A known-failing list: one case id per line, `*` standing for any characters, `#` beginning a
 * comment. It cannot rot: a listed case that passes and a line that matches nothing both make a run
 * fail.
 */
import { matchesPattern } from '../format/id-pattern.ts';
import { readText } from './read-text.ts';
import type { KnownFailing } from './results.ts';

/** A list of the whole catalogue has less than a tenth of it. */
const longestList = 1024 * 1024;

/** @throws {Error} of the file system, or where it is no UTF-8 */
export function readKnownFailing(file: string, ids: readonly string[]): KnownFailing {
  return parseKnownFailing(readText(file, longestList), file, ids);
}

/** @param ids of the whole catalogue, whatever part of it is run */
export function parseKnownFailing(
  content: string,
  file: string,
  ids: readonly string[],
): KnownFailing {
  const lines = content
    .split(/\r?\n/)
    .map((text, index) => ({ line: index + 1, pattern: text.replace(/#.*/, '').trim() }))
    .filter(({ pattern }) => pattern !== '');
  return {
    file,
    patterns: lines.map(({ pattern }) => pattern),
    unmatched: lines.filter(({ pattern }) => !ids.some((id) => matchesPattern(pattern, id))),
  };
}
