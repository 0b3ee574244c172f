/**
 * What a browser of one version is known to do differently: `id verdict rule # reason`, one case (or
 * pattern) per line, in conformance/baselines/. A line cannot rot: a case that is kept by now, a rule that is
 * another one by now, and an id that there is not, each make a run fail. Where a race inside the
 * browser decides, the verdict is `pass|warn` or `pass|fail`, and either is as expected.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { matchesPattern } from './id-pattern.ts';
import { parseKnownFailing } from './results/known-failing.ts';
import type { KnownFailing, RecordedResult } from './results/results.ts';
import { forFileName, forTerminal } from './untrusted/inert.ts';

export interface BaselineLine {
  readonly id: string;
  /** `fail`, `warn`, or one of them behind `pass|`. */
  readonly verdict: string;
  readonly rule: string;
  readonly reason: string;
}

type Seen = Pick<RecordedResult, 'id' | 'verdict' | 'rule'>;

export interface Baseline {
  /** `chromium-156.txt` */
  readonly name: string;
  readonly lines: readonly BaselineLine[];
  readonly knownFailing: KnownFailing;
}

const folder = fileURLToPath(new URL('baselines/', import.meta.url));

/** `chromium-156.txt`; of a product with small versions the first two numbers count. */
export function baselineName(product: string, version: string): string {
  const [major = '0', minor = '0'] = version.split('.');
  const short = Number(major) < 20 ? `${major}.${minor}` : major;
  return forFileName(`${product.toLowerCase()}-${short}.txt`);
}

/** The one of this version, else the newest of the product; undefined where there is none. */
export function findBaseline(
  product: string,
  version: string,
  ids: readonly string[],
): Baseline | undefined {
  const files = readdirSync(folder).toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const own = baselineName(product, version);
  const name =
    files.find((file) => file === own) ??
    files.find((file) => file.startsWith(`${product.toLowerCase()}-`));
  if (name === undefined) return undefined;
  return parseBaseline(readFileSync(`${folder}/${name}`, 'utf8'), name, ids);
}

/** @throws {Error} naming the line that is none */
export function parseBaseline(content: string, name: string, ids: readonly string[]): Baseline {
  const lines = content.split(/\r?\n/).flatMap((text, index): BaselineLine[] => {
    const [, facts = '', reason = ''] = /^([^#]*)(?:#\s*(.*))?$/.exec(text) ?? [];
    const [id, verdict, rule, ...rest] = facts.trim().split(/\s+/);
    if (!id) return [];
    if (!verdict || !rule || rest.length > 0 || reason === '') {
      throw new Error(`${name} line ${index + 1} is not: id verdict rule # reason`);
    }
    return [{ id, verdict, rule, reason }];
  });
  const listed = content.replaceAll(/^(\s*[^#\s]+)[^#\n]*/gm, '$1 ');
  return { name, lines, knownFailing: parseKnownFailing(listed, name, ids) };
}

/**
 * Where the results are not what the baseline says, as lines of a diff: `- id verdict rule` was
 * expected, `+ id verdict rule` was seen. Cases that were not played are left out.
 */
export function differences(
  lines: readonly BaselineLine[],
  results: readonly Seen[],
): readonly string[] {
  return results.flatMap((result) => {
    if (lines.some((each) => isRaceOf(each, result))) return [];
    const line = lines.find(({ id }) => matchesPattern(id, result.id));
    const before = line && wordsOf({ ...line, id: result.id });
    const now = isDifferent(result) ? wordsOf(result) : undefined;
    if (before === now) return [];
    return [...(before ? [`- ${before}`] : []), ...(now ? [`+ ${now}`] : [])];
  });
}

/** The known-failing list for these results: without the races that went well this time. */
export function knownFailingIn(baseline: Baseline, results: readonly Seen[]): KnownFailing {
  const wentWell = new Set(
    results
      .filter((each) => each.verdict === 'pass' && baseline.lines.some((l) => isRaceOf(l, each)))
      .map(({ id }) => id),
  );
  const { patterns, ...list } = baseline.knownFailing;
  const remaining = patterns.flatMap((pattern) => {
    const ids = results.map(({ id }) => id).filter((id) => matchesPattern(pattern, id));
    return ids.some((id) => wentWell.has(id)) ? ids.filter((id) => !wentWell.has(id)) : [pattern];
  });
  return { ...list, patterns: remaining };
}

const isRace = ({ verdict }: BaselineLine) => verdict.startsWith('pass|');

const isRaceOf = (line: BaselineLine, { id, verdict, rule }: Seen) =>
  isRace(line) &&
  matchesPattern(line.id, id) &&
  (verdict === 'pass' || (line.verdict === `pass|${verdict}` && line.rule === rule));

const isDifferent = ({ verdict }: Seen) => verdict === 'fail' || verdict === 'warn';

const wordsOf = ({ id, verdict, rule }: Omit<BaselineLine, 'reason'>) => `${id} ${verdict} ${rule}`;

/** The lines that the results ask for, the gravest first; reasons are kept where there were some. */
export function renderBaseline(
  title: string,
  results: readonly RecordedResult[],
  before: readonly BaselineLine[],
): string {
  const races = before.filter((line) => results.some((result) => isRaceOf(line, result)));
  const linesOf = (verdict: RecordedResult['verdict']) => {
    const lines = new Map<string, string>();
    for (const result of results) {
      if (result.verdict !== verdict || races.some((line) => isRaceOf(line, result))) continue;
      const id = groupOf(result, results);
      const known = before.find(
        (line) => matchesPattern(line.id, result.id) && line.rule === result.rule,
      );
      const seen = `${result.observed} (${result.reference ?? `${result.document} §${result.section}`})`;
      const reason = known?.reason ?? forTerminal(seen);
      lines.set(id, lines.get(id) ?? `${wordsOf({ ...result, id })} # ${reason}`);
    }
    return [...lines.values()];
  };
  return [
    `# ${forTerminal(title)}`,
    ...['', '# Wrong, but known: a MUST is broken.', ...linesOf('fail')],
    ...['', '# Legal, but differs: a SHOULD is not followed.', ...linesOf('warn')],
    ...(races.length > 0 ? ['', '# Races: either is seen.'] : []),
    ...races.map((line) => `${wordsOf(line)} # ${line.reason}`),
    '',
  ].join('\n');
}

/** `utf8/invalid-*` where all cases of that name came out the same, else the id. */
function groupOf(result: RecordedResult, results: readonly RecordedResult[]): string {
  const parts = result.id.split(/(?<=[/-])/);
  for (let length = 1; length < parts.length; length += 1) {
    const pattern = `${parts.slice(0, length).join('')}*`;
    const group = results.filter(({ id }) => matchesPattern(pattern, id));
    const isUniform = group.every(
      ({ verdict, rule }) => verdict === result.verdict && rule === result.rule,
    );
    if (isUniform && group.length > 2) return pattern;
  }
  return result.id;
}
