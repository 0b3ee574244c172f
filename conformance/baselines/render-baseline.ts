/** Writes a baseline in the format that baselines.ts reads. */

import { matchesPattern } from '../format/id-pattern.ts';
import type { RecordedResult } from '../results/results.ts';
import { forTerminal } from '../untrusted/inert.ts';
import { type BaselineLine, isAsSaid, isDifferent, isKnown, wordsOf } from './baselines.ts';
import { observationOf } from './observation.ts';

/** The lines for these results, the most serious first; existing reasons are kept. */
export function renderBaseline(
  title: string,
  results: readonly RecordedResult[],
  before: readonly BaselineLine[],
): string {
  const isRace = (line: BaselineLine) => line.verdict.startsWith('pass|');
  const races = before.filter(
    (line) => isRace(line) && results.some((each) => isAsSaid(line, each)),
  );
  const lines = results
    .filter((result) => isDifferent(result) && !isKnown(races, result))
    .flatMap((result) => linesFor(result, before));
  const played = results.filter((result) => !isKnown(races, result)).map(({ id }) => id);
  const textOf = (some: readonly BaselineLine[]) => some.flatMap(textOfLine);
  const linesOf = (verdict: string) =>
    textOf(
      grouped(
        lines.filter((line) => line.verdict === verdict),
        played,
      ),
    );
  return [
    `# ${forTerminal(title)}`,
    ...['', '# Wrong, but known: a MUST is broken.', ...linesOf('fail')],
    ...['', '# Legal, but differs: a SHOULD is not followed.', ...linesOf('warn')],
    ...(races.length > 0 ? ['', '# Races: either is seen.', ...textOf(races)] : []),
    '',
  ].join('\n');
}

/** With the other alternatives of the case. */
function linesFor(
  result: RecordedResult,
  before: readonly BaselineLine[],
): readonly BaselineLine[] {
  const said = before.find((line) => isAsSaid(line, result));
  const others = before.filter((line) => line !== said && line.id === said?.id);
  return [lineFor(result, before), ...others.map((line) => ({ ...line, id: result.id }))];
}

/** With the existing reason, and all existing forms if one of them was seen. */
function lineFor(result: RecordedResult, before: readonly BaselineLine[]): BaselineLine {
  const { id, verdict, rule, observed, reference, document, section } = result;
  const known = before.find((line) => matchesPattern(line.id, id) && line.rule === rule);
  const same = before.find((line) => isAsSaid(line, result));
  const observation = observationOf(observed) || '*';
  const reason = `${observation} (${reference ?? `${document} §${section}`})`;
  return {
    ...{ id, verdict, rule },
    observed: same?.observed ?? [observation],
    reason: known?.reason ?? forTerminal(reason),
  };
}

/** With a pattern for cases of one name that all had the same result. */
function grouped(
  lines: readonly BaselineLine[],
  played: readonly string[],
): readonly BaselineLine[] {
  const byWords = new Map<string, BaselineLine>();
  for (const line of lines) {
    const same = new Set(lines.filter((each) => isLike(each, line)).map(({ id }) => id));
    const grouping = { ...line, id: patternFor(line.id, same, played) };
    const words = wordsOf(grouping);
    if (!byWords.has(words)) byWords.set(words, grouping);
  }
  return [...byWords.values()];
}

const isLike = (one: BaselineLine, other: BaselineLine) =>
  one.rule === other.rule && one.observed.join('\n') === other.observed.join('\n');

/** `utf8/invalid-*` if all cases of that name are among them, else the id. */
function patternFor(id: string, among: ReadonlySet<string>, played: readonly string[]): string {
  const parts = id.split(/(?<=[/-])/);
  for (let length = 1; length < parts.length; length += 1) {
    const pattern = `${parts.slice(0, length).join('')}*`;
    const group = played.filter((each) => matchesPattern(pattern, each));
    if (group.length > 2 && group.every((each) => among.has(each))) return pattern;
  }
  return id;
}

const textOfLine = (line: BaselineLine) => [
  `${wordsOf(line)} # ${line.reason}`,
  ...line.observed.map((observation) => `    ${observation}`),
];
