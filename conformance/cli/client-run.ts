/** A run against a client, as `results.json` keeps it. */

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
import { version } from '../results/version.ts';

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
  return {
    target: { role: 'client', ...target, capabilities: { echo: true, ...capabilities } },
    framewright: version,
    catalogue: { version: catalogueVersion, volume },
    startedAt: startedAt.toISOString(),
    platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    options: { ...options, insecure: false, headers: [] },
    planned: cases.length,
  };
}
