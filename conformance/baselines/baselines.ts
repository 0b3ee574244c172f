/**
 * The known differences of a browser engine of one version, in conformance/baselines/: a line
 * `id verdict rule # reason` for a case or a pattern, and indented below it the observations, one line
 * for each form. `*` stands for any characters. A line cannot become outdated: a case that passes by
 * now, another rule or observation, and an unknown id each make a run fail. If a race inside the
 * browser decides, the verdict is `pass|warn` or `pass|fail`, and either is expected.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { matchesPattern } from '../format/id-pattern.ts';
import { parseKnownFailing } from '../results/known-failing.ts';
import type { KnownFailing, RecordedResult } from '../results/results.ts';
import { forFileName } from '../untrusted/inert.ts';
import { observationOf } from './observation.ts';

export interface BaselineLine {
  readonly id: string;
  /** `fail`, `warn`, or one of them after `pass|`. */
  readonly verdict: string;
  readonly rule: string;
  /** Patterns of possible observations. */
  readonly observed: readonly string[];
  readonly reason: string;
}

export type Seen = Pick<RecordedResult, 'id' | 'verdict' | 'rule' | 'observed'>;

export interface Baseline {
  /** `chromium-156.txt` */
  readonly name: string;
  readonly lines: readonly BaselineLine[];
  readonly knownFailing: KnownFailing;
}

const folder = fileURLToPath(new URL('.//', import.meta.url));

/**
 * Products by the engine that they are built on, if they share its version: a baseline belongs to an
 * engine, not to a product or a driver.
 */
const engineOf: Readonly<Record<string, string>> = {
  chrome: 'chromium',
  'chrome-headless-shell': 'chromium',
  'google chrome': 'chromium',
  microsoftedge: 'chromium',
  msedge: 'chromium',
  minibrowser: 'webkitgtk',
};

function familyOf(product: string): string {
  const name = product.toLowerCase();
  return Object.hasOwn(engineOf, name) ? engineOf[name]! : name;
}

/** `chromium-156.txt`; for engines with minor releases, the first two numbers count. */
export function baselineName(product: string, version: string): string {
  const [major = '0', minor = '0'] = version.split('.');
  const short = Number(major) < 20 ? `${major}.${minor}` : major;
  return forFileName(`${familyOf(product)}-${short}.txt`);
}

/** The baseline of this version, or else the engine's newest; undefined if there is none. */
export function findBaseline(
  product: string,
  version: string,
  ids: readonly string[],
): Baseline | undefined {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const own = baselineName(product, version);
  const name =
    files.find((file) => file === own) ??
    files.find((file) => file.startsWith(`${familyOf(product)}-`));
  if (name === undefined) return undefined;
  return parseBaseline(readFileSync(`${folder}/${name}`, 'utf8'), name, ids);
}

/** @throws {Error} with the number of the invalid line */
export function parseBaseline(content: string, name: string, ids: readonly string[]): Baseline {
  const lines: (BaselineLine & { observed: string[]; number: number })[] = [];
  const texts = content.split(/\r?\n/);
  for (const [index, text] of texts.entries()) {
    const number = index + 1;
    const observation = /^\s+(\S.*?)\s*$/.exec(text)?.[1];
    const [, facts = '', reason = ''] = /^([^#]*)(?:#\s*(.*))?$/.exec(text) ?? [];
    const [id, verdict, rule, ...rest] = facts.trim().split(/\s+/);
    if (observation !== undefined) {
      const line = lines.at(-1);
      if (!line) throw new Error(`${name} line ${number} does not follow the line of a case`);
      line.observed.push(observation);
    } else if (id) {
      if (!verdict || !rule || rest.length > 0 || reason === '') {
        throw new Error(`${name} line ${number} is not: id verdict rule # reason`);
      }
      lines.push({ id, verdict, rule, observed: [], reason, number });
    }
  }
  const bare = lines.find(({ observed }) => observed.length === 0);
  if (bare) {
    throw new Error(
      `${name} line ${bare.number} has no observation: add one below it, indented; * stands for anything`,
    );
  }
  const listed = texts.map((text) =>
    /^\s/.test(text) ? '' : text.replace(/^([^#\s]+)[^#]*/, '$1 '),
  );
  return {
    name,
    lines: lines.map(({ number: _, ...line }) => line),
    knownFailing: parseKnownFailing(listed.join('\n'), name, ids),
  };
}

/**
 * The differences between the results and the baseline, as lines of a diff: `- id verdict rule:
 * observed` was expected, `+ id verdict rule: observed` was seen. Cases that were not run or could not
 * be judged are left out.
 */
export function differences(
  lines: readonly BaselineLine[],
  results: readonly Seen[],
): readonly string[] {
  return results.flatMap((result) => {
    if (result.verdict === 'error' || isKnown(lines, result)) return [];
    const line = lines.find(({ id }) => matchesPattern(id, result.id));
    if (!line && !isDifferent(result)) return [];
    return [
      ...(line ? [`- ${wordsOf({ ...line, id: result.id })}: ${line.observed.join(' | ')}`] : []),
      ...(isDifferent(result) ? [`+ ${wordsOf(result)}: ${observationOf(result.observed)}`] : []),
    ];
  });
}

/** Whether a line expects this result. */
export function isKnown(lines: readonly BaselineLine[], result: Seen): boolean {
  return lines.some((line) => isAsSaid(line, result));
}

/** Whether this line expects it. */
export function isAsSaid(line: BaselineLine, { id, verdict, rule, observed }: Seen): boolean {
  if (!matchesPattern(line.id, id) || !line.verdict.split('|').includes(verdict)) return false;
  if (verdict === 'pass') return true;
  const observation = observationOf(observed);
  return line.rule === rule && line.observed.some((known) => matchesPattern(known, observation));
}

/**
 * The known-failing list for these results: without races that passed this time, and without cases
 * that differ from the baseline.
 */
export function knownFailingIn(baseline: Baseline, results: readonly Seen[]): KnownFailing {
  const isUnlisted = (result: Seen) =>
    result.verdict === 'pass'
      ? isKnown(baseline.lines, result)
      : isDifferent(result) && !isKnown(baseline.lines, result);
  const unlisted = new Set(results.filter(isUnlisted).map(({ id }) => id));
  const { patterns, ...list } = baseline.knownFailing;
  const remaining = patterns.flatMap((pattern) => {
    const ids = results.map(({ id }) => id).filter((id) => matchesPattern(pattern, id));
    return ids.some((id) => unlisted.has(id)) ? ids.filter((id) => !unlisted.has(id)) : [pattern];
  });
  return { ...list, patterns: remaining };
}

/** Whether a baseline needs a line for it. */
export const isDifferent = ({ verdict }: Seen) => verdict === 'fail' || verdict === 'warn';

export const wordsOf = ({ id, verdict, rule }: Pick<BaselineLine, 'id' | 'verdict' | 'rule'>) =>
  `${id} ${verdict} ${rule}`;
