/** What `results.json` has of a run besides its end and its results. */
import type { Case } from '../format/case.ts';
import type { RunHead } from './journal.ts';
import type { RecordedOptions, RecordedTarget, Run } from './results.ts';
import { version } from './version.ts';

/** What only the caller knows of a run. */
export interface RunDescription {
  readonly target: RecordedTarget;
  readonly cases: readonly Case[];
  readonly catalogue: Run['catalogue'];
  readonly startedAt: Date;
  readonly options: RecordedOptions;
}

export function runHead(run: RunDescription): RunHead {
  const { target, cases, catalogue, startedAt, options } = run;
  return {
    target,
    framewright: version,
    catalogue,
    startedAt: startedAt.toISOString(),
    platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    options,
    planned: cases.length,
  };
}
