/**
 * Selects cases by id, section, level, tag or Autobahn id, as the options `--only` and `--skip` do.
 */
import { distance } from 'fastest-levenshtein';
import type { Case } from '../format/case.ts';
import { matchesPattern } from '../format/id-pattern.ts';

/** No case matches a selector; the message names the nearest ones. */
export class UnknownSelectorError extends Error {
  override readonly name = 'UnknownSelectorError';
}

/** What a case is selected by; a recorded case has it, too. */
export interface Selectable extends Pick<Case, 'id' | 'level' | 'section' | 'tags' | 'autobahn'> {
  readonly document: string;
}

/** Whether a case is selected. */
export type CaseFilter = (testCase: Selectable) => boolean;

/**
 * A filter for cases, as `--only` and `--skip` take it.
 * @param selectors - `fragmentation/*`, `utf8`, `5.4` (of RFC 6455), `rfc7692`, `rfc7692:7.1`,
 *   `must`, `limits`,
 *   `autobahn:5.*`; a case has to match one of them
 * @param cases - those from which is chosen
 * @throws {UnknownSelectorError} if a selector matches none of the cases
 */
export function selectorOf(selectors: readonly string[], cases: readonly Selectable[]): CaseFilter {
  const tests = selectors.map((selector) => {
    const test = testOf(selector);
    if (!cases.some(test)) throw new UnknownSelectorError(explainUnknown(selector, cases));
    return test;
  });
  return (testCase) => tests.some((test) => test(testCase));
}

function testOf(selector: string): CaseFilter {
  const autobahn = /^autobahn:(.+)$/i.exec(selector)?.[1];
  if (autobahn) return ({ autobahn: ids }) => ids?.some((id) => fits(autobahn, id)) ?? false;
  const [, name, section] = /^(rfc\s?\d+|whatwg)(?::(.+))?$/i.exec(selector) ?? [];
  if (name) {
    const document = name.replaceAll(/\s/g, '').toLowerCase();
    return (testCase) =>
      testCase.document.replaceAll(/\s/g, '').toLowerCase().startsWith(document) &&
      (section === undefined || isWithin(section, testCase));
  }
  if (/^\d+(\.\d+)*$/.test(selector)) {
    return (testCase) => testCase.document === 'RFC 6455' && isWithin(selector, testCase);
  }
  return ({ id, level, tags }) =>
    matchesPattern(selector, id) ||
    id.startsWith(`${selector}/`) ||
    level === selector.toLowerCase() ||
    (tags?.some((tag) => matchesPattern(selector.toLowerCase(), tag.toLowerCase())) ?? false);
}

/** `5` means the group, as Autobahn's own case lists have it. */
const fits = (pattern: string, id: string) =>
  matchesPattern(pattern, id) || id.startsWith(`${pattern}.`);

const isWithin = (section: string, testCase: Selectable) =>
  testCase.section === section || testCase.section.startsWith(`${section}.`);

/** @throws {UnknownSelectorError} naming the nearest ids */
export function caseById<Known extends Selectable>(id: string, cases: readonly Known[]): Known {
  const found = cases.find((testCase) => testCase.id === id);
  if (!found) throw new UnknownSelectorError(explainUnknown(id, cases));
  return found;
}

function explainUnknown(selector: string, cases: readonly Selectable[]): string {
  const names = new Set(cases.flatMap(({ id, tags = [] }) => [id, id.split('/')[0]!, ...tags]));
  const near = nearest(selector, [...names]);
  const hint = near.length > 0 ? `Did you mean ${near.join(', or ')}?` : 'See: framewright list';
  const named = selector.length > longestName ? `${selector.slice(0, longestName)}…` : selector;
  return `no case matches ${JSON.stringify(named)}. ${hint}`;
}

/** Longer than any name. The time that a distance takes grows with both lengths. */
const longestName = 100;

/** At most three, the nearest first, and none that is another word altogether. */
export function nearest(word: string, words: readonly string[]): string[] {
  if (word.length > longestName) return [];
  const last = (text: string) => text.slice(text.indexOf('/') + 1);
  return words
    .map((candidate) => {
      const far = Math.min(distance(word, candidate), distance(word, last(candidate)) + 1);
      return { candidate, far };
    })
    .filter(({ far }) => far <= Math.max(2, word.length / 3))
    .toSorted((a, b) => a.far - b.far)
    .filter(({ far }, _, [first]) => far <= first!.far + 1)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
