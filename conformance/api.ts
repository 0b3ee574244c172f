/**
 * What `import … from 'framewright'` gives: the catalogue, the runner, the judge, and what reads and
 * explains results. Any test runner can loop over the cases; see examples/.
 */

// biome-ignore-start lint/performance/noBarrelFile: the package has one entry, and this is it
export { type AnnotateOptions, annotate } from './annotate.ts';
export type { Case, Expectation, Level, Need, Section, Step, Volume } from './case.ts';
export { catalogue, catalogueVersion, sections } from './catalogue.ts';
export type { Place } from './checks.ts';
export {
  CommandError,
  type StartedCommand,
  type StartOptions,
  startCommand,
} from './command-target.ts';
export { ConnectError, type ServerTarget } from './connect.ts';
export { type JudgedTarget, type Judgement, judge, type Verdict } from './judge.ts';
export { type Capabilities, NotAWebSocketServerError, probeServer } from './probe.ts';
export { parseResults, ResultsFileError, readResults } from './read-results.ts';
export { explainResult } from './report/explain.ts';
export { type Summary, summarize, type Totals } from './report/summary.ts';
export type { RecordedResult, RecordedTarget, Results, Run, RunEnd } from './results.ts';
export { type CaseResult, type RunOptions, runServerCase, runServerCases } from './run.ts';
export { selectorOf, UnknownSelectorError } from './select.ts';
export { serverTarget, TargetUrlError } from './server-target.ts';
export { loadTimeline, type StoredTimeline } from './stored-timeline.ts';
export type { Side, Timeline, TimelineEntry } from './timeline.ts';
// biome-ignore-end lint/performance/noBarrelFile: the package has one entry, and this is it
