/** Compares the verdicts of several runs of the same cases. */

/** By id: verdict and rule. */
export type Verdicts = ReadonlyMap<string, string>;

export interface Difference {
  readonly id: string;
  /** How many runs had each verdict, the most frequent first. */
  readonly counts: readonly (readonly [verdict: string, runs: number])[];
}

const missing = 'not run';

export function differencesIn(runs: readonly Verdicts[]): Difference[] {
  const ids = new Set(runs.flatMap((run) => [...run.keys()]));
  return [...ids].flatMap((id) => {
    const counts = new Map<string, number>();
    for (const run of runs) {
      const verdict = run.get(id) ?? missing;
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }
    if (counts.size < 2) return [];
    return [{ id, counts: [...counts].toSorted(([, a], [, b]) => b - a) }];
  });
}
