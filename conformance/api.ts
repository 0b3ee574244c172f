/**
 * What `import … from 'framewright'` gives: the catalogue, the runner, the judge, and what reads and
 * explains results. Any test runner can loop over the cases; see examples/.
 */

// biome-ignore-start lint/performance/noBarrelFile: the package has one entry, and this is it
export type { Case, Level, Need, Section, Volume } from './case.ts';
export { catalogue, catalogueVersion, sections } from './catalogue.ts';
export {
  CommandError,
  type StartedCommand,
  type StartOptions,
  startCommand,
} from './command-target.ts';
export type { Expectation } from './expectation.ts';
export type { Place } from './judge/check.ts';
export { type JudgedTarget, type Judgement, judge, type Verdict } from './judge/judge.ts';
export { ConnectError, type ServerTarget } from './play/connect.ts';
export { type Capabilities, NotAWebSocketServerError, probeServer } from './play/probe.ts';
export { serverTarget, TargetUrlError } from './play/server-target.ts';
export { explainResult } from './report/explain.ts';
export { type Summary, summarize, type Totals } from './report/summary.ts';
export { parseResults, ResultsFileError, readResults } from './results/read-results.ts';
export type { RecordedResult, RecordedTarget, Results, Run, RunEnd } from './results/results.ts';
export {
  DamagedTimelineError,
  loadTimeline,
  type StoredTimeline,
} from './results/stored-timeline.ts';
export type { CaseResult } from './run/case-result.ts';
export { type RunOptions, runServerCase, runServerCases } from './run/run.ts';
export { selectorOf, UnknownSelectorError } from './select.ts';
export type { Step } from './step.ts';
export { type AnnotateOptions, annotate } from './wire/annotate.ts';
export type { Side, Timeline, TimelineEntry } from './wire/timeline.ts';
// biome-ignore-end lint/performance/noBarrelFile: the package has one entry, and this is it
