/** A run against a client, as stored in `results.json`. */

import { catalogueVersion } from '../catalogue/catalogue.ts';
import type { Case } from '../format/case.ts';
import type { RunHead } from '../results/journal.ts';
import type {
  RecordedOptions,
  RecordedResult,
  RecordedTarget,
  Run,
  RunEnd,
} from '../results/results.ts';
import { runHead } from '../results/run-head.ts';

export interface ClientRun {
  readonly target: Pick<RecordedTarget, 'name' | 'version' | 'url' | 'command'>;
  readonly capabilities: Readonly<Record<string, boolean | string>>;
  readonly cases: readonly Case[];
  readonly volume: Run['catalogue']['volume'];
  readonly startedAt: Date;
  readonly options: Omit<RecordedOptions, 'insecure' | 'headers'>;
  readonly end: RunEnd;
  readonly results: readonly RecordedResult[];
}

export function clientRun({ end, results, ...run }: ClientRun): Run {
  return { ...clientRunHead(run), duration: Date.now() - run.startedAt.getTime(), end, results };
}

export function clientRunHead(run: Omit<ClientRun, 'end' | 'results'>): RunHead {
  const { target, capabilities, cases, volume, startedAt, options } = run;
  return runHead({
    target: { role: 'client', ...target, capabilities: { echo: true, ...capabilities } },
    ...{ cases, startedAt },
    catalogue: { version: catalogueVersion, volume },
    options: { ...options, insecure: false, headers: [] },
  });
}
