/**
 * What `import … from 'framewright'` gives: the catalogue, the runner, the judge, and what reads and
 * explains results. Any test runner can loop over the cases; see examples/.
 */

// biome-ignore-start lint/performance/noBarrelFile: the package has one entry, and this is it
export { catalogue, catalogueVersion, sections } from './catalogue/catalogue.ts';
export { selectorOf, UnknownSelectorError } from './catalogue/select.ts';
export type { Case, Level, Need, Section, Volume } from './format/case.ts';
export type { Place } from './format/check.ts';
export type { Expectation } from './format/expectation.ts';
export type { Step } from './format/step.ts';
export { type JudgedTarget, type Judgement, judge, type Verdict } from './judge/judge.ts';
export { explainResult } from './report/explain.ts';
export { type Summary, summarize, type Totals } from './report/summary.ts';
export type { CaseResult } from './results/case-result.ts';
export { parseResults, ResultsFileError, readResults } from './results/read-results.ts';
export type { RecordedResult, RecordedTarget, Results, Run, RunEnd } from './results/results.ts';
export {
  DamagedTimelineError,
  loadTimeline,
  type StoredTimeline,
} from './results/stored-timeline.ts';
export {
  CommandError,
  type StartedCommand,
  type StartOptions,
  startCommand,
} from './run/command-target.ts';
export { type Capabilities, NotAWebSocketServerError, probeServer } from './run/server/probe.ts';
export { type RunOptions, runServerCase, runServerCases } from './run/server/run.ts';
export { serverTarget, TargetUrlError } from './run/server/server-target.ts';
export { ConnectError, type ServerTarget } from './transport/connect.ts';
export { type AnnotateOptions, annotate } from './wire/annotate.ts';
export type { Side, Timeline, TimelineEntry } from './wire/timeline.ts';
// biome-ignore-end lint/performance/noBarrelFile: the package has one entry, and this is it
