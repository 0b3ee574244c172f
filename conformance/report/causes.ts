/** Groups failures by cause: one forgotten rule may fail a hundred cases, and is one thing to fix. */
import { type Cause, causeKey } from '../judge/violation.ts';
import type { RecordedResult, Run } from '../results/results.ts';

export interface CauseGroup {
  readonly cause: Cause;
  /** In the order of the run; at least one. */
  readonly results: readonly RecordedResult[];
}

/** Failures before warnings, and causes with many results before those with few. */
export function causesOf({ results }: Pick<Run, 'results'>): readonly CauseGroup[] {
  const groups = new Map<string, { cause: Cause; results: RecordedResult[] }>();
  for (const result of results) {
    if (result.verdict !== 'fail' && result.verdict !== 'warn') continue;
    const cause = result.cause ?? causeBefore(result);
    const key = causeKey(cause);
    const known = groups.get(key);
    if (known) known.results.push(result);
    else groups.set(key, { cause, results: [result] });
  }
  const failures = (group: CauseGroup) =>
    group.results.filter(({ verdict }) => verdict === 'fail').length;
  return [...groups.values()].toSorted(
    (a, b) => failures(b) - failures(a) || b.results.length - a.results.length,
  );
}

/** For a result that an earlier version recorded, as far as possible. */
function causeBefore({ rule, level, document, section, requirement, ...seen }: RecordedResult) {
  const { observed, reference } = seen;
  const [, otherDocument, otherSection] = /^(.+) §(.+)$/.exec(reference ?? '') ?? [];
  return {
    rule,
    level,
    document: otherDocument ?? document,
    section: otherSection ?? section,
    requirement,
    where: 'frames',
    seen: observed,
  } as const;
}
