/** Reads `results.json`; errors name what is wrong and where. */

import { existsSync } from 'node:fs';
import { forTerminal } from '../untrusted/inert.ts';
import { journalVersion, readJournal } from './journal.ts';
import { nestingOf } from './json-nesting.ts';
import { readText } from './read-text.ts';
import { type Results, resultsFormat, resultsVersion } from './results.ts';
import { type SchemaViolation, schemaViolations } from './schema-validator.ts';

/** The file cannot be read, or its content is invalid; the message names file and place. */
export class ResultsFileError extends Error {
  override readonly name = 'ResultsFileError';
}

/** The longest string of JavaScript, and so the longest file that could have been written. */
const longestFile = 512 * 1024 * 1024 - 25;

/** Results have about ten levels; a value reported by a page may have a few more. */
const deepestNesting = 100;

/**
 * Reads a `results.json`, or the `.partial` file that a killed run has left.
 * @throws {ResultsFileError} if it cannot be read or is not valid
 */
export async function readResults(path: string): Promise<Results> {
  const name = forTerminal(path);
  let content: string;
  try {
    content = readText(path, longestFile);
  } catch (error) {
    const why = forTerminal((error as Error).message);
    throw new ResultsFileError(`cannot read ${name}: ${why}${journalBeside(path)}`);
  }
  return parseResults(content, path);
}

/** A run that was killed has not come to write its results. */
function journalBeside(path: string): string {
  const journal = `${path}.partial`;
  if (existsSync(path) || !existsSync(journal)) return '';
  return `; ${forTerminal(journal)} has what a run has stored that did not end`;
}

/**
 * Parses the content of a `results.json`.
 * @param path - names the file in messages
 * @throws {ResultsFileError} if it is not valid
 */
export function parseResults(content: string, path: string): Results {
  const name = forTerminal(path);
  if (content.trim() === '') throw new ResultsFileError(`${name} is empty`);
  // Before parsing: a parser needs many times the size of nested lists.
  if (nestingOf(content, deepestNesting) > deepestNesting) {
    throw new ResultsFileError(
      `${name} is not a Framewright results file: its lists and objects are more than ${deepestNesting} levels deep`,
    );
  }
  const ofJournal = journalVersion(content);
  if (ofJournal !== undefined) requireVersion(name, ofJournal);
  const value = ofJournal === undefined ? jsonIn(content, name) : journalIn(content, name);
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format !== resultsFormat) {
    throw new ResultsFileError(`${name} is not a Framewright results file ("format" is missing)`);
  }
  requireVersion(name, version);
  const violations = schemaViolations(value);
  const damage =
    violations.length > 0 ? placeOf(mostSpecific(violations)) : meaninglessPlace(value as Results);
  if (damage) {
    throw new ResultsFileError(forTerminal(`${name} is damaged at ${damage.at}: ${damage.words}`));
  }
  return value as Results;
}

function requireVersion(name: string, version: unknown): void {
  if (version === resultsVersion) return;
  const found = forTerminal(shortened(version));
  throw new ResultsFileError(
    `${name} has version ${found}; this Framewright reads version ${resultsVersion}. Use the Framewright that wrote it, or run the cases again`,
  );
}

function jsonIn(content: string, name: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new ResultsFileError(`${name} is not JSON: ${forTerminal((error as Error).message)}`);
  }
}

/** What a run that was killed has left. */
function journalIn(content: string, name: string): Results {
  let results: Results;
  try {
    results = readJournal(content);
  } catch (error) {
    throw new ResultsFileError(`${name} is damaged: ${forTerminal((error as Error).message)}`);
  }
  if (results.runs.some((run) => run.results.length > 0)) return results;
  throw new ResultsFileError(`${name} has no results: the run ended before its first one`);
}

function shortened(value: unknown): string {
  const words = JSON.stringify(value) ?? 'none';
  return words.length > 40 ? `${words.slice(0, 40)}…` : words;
}

interface Damage {
  /** A JSON pointer. */
  readonly at: string;
  readonly words: string;
}

/** `if` and `allOf` report themselves in addition to the error inside of them. */
function mostSpecific(errors: readonly SchemaViolation[]): SchemaViolation {
  return errors.find(({ keyword }) => keyword !== 'if') ?? errors[0]!;
}

function placeOf(error: SchemaViolation): Damage {
  return { at: error.instancePath || '/', words: sentence(error) };
}

function sentence({ keyword, message, params }: SchemaViolation): string {
  if (keyword === 'enum') return `${message}: ${(params.allowedValues as unknown[]).join(', ')}`;
  if (keyword === 'const') return `must be ${JSON.stringify(params.allowedValue)}`;
  return message ?? `breaks "${keyword}"`;
}

/** Values of the right form that mean nothing, which no schema can express portably. */
function meaninglessPlace({ runs }: Results): Damage | undefined {
  for (const [index, { target, startedAt, results }] of runs.entries()) {
    const at = `/runs/${index}`;
    if (target.url !== undefined && !URL.canParse(target.url)) {
      return { at: `${at}/target/url`, words: 'is not a URL' };
    }
    // The earliest time that all our file formats can represent.
    if (!(Date.parse(startedAt) >= 0)) return { at: `${at}/startedAt`, words: 'is not a date' };
    for (const [place, { document, section }] of results.entries()) {
      for (const [key, name] of Object.entries({ document, section })) {
        if (!isNameOfEveryObject(name)) continue;
        return {
          at: `${at}/results/${place}/${key}`,
          words: `is not ${key === 'document' ? 'the name' : 'a section'} of a specification`,
        };
      }
    }
  }
  return undefined;
}

/** `constructor`, `__proto__`: every object of JavaScript has them. */
const isNameOfEveryObject = (name: string) => name in Object.prototype;
