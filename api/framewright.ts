/**
 * What `import … from 'framewright'` gives: the catalogue, the runner, the judge, and what reads and
 * explains results. Any test runner can loop over the cases; see examples/.
 */

// biome-ignore-start lint/performance/noBarrelFile: the package has one entry, and this is it
export { catalogue, catalogueVersion } from '../conformance/catalogue/catalogue.ts';
export { selectorOf, UnknownSelectorError } from '../conformance/catalogue/select.ts';
export type { Case, Level, Need, Volume } from '../conformance/format/case.ts';
export type { Check } from '../conformance/format/check.ts';
export type { Ending } from '../conformance/format/ending.ts';
export type { Expectation } from '../conformance/format/expectation.ts';
export type { Role } from '../conformance/format/role.ts';
export type { Step } from '../conformance/format/step.ts';
export {
  type JudgedTarget,
  type Judgement,
  judge,
  type Verdict,
} from '../conformance/judge/judge.ts';
export type {
  AftermathFacts,
  CaseConversation,
  ConversationName,
} from '../conformance/judge/judge-conversations.ts';
export { explainResult } from '../conformance/report/explain.ts';
export { type Summary, summarize, type Totals } from '../conformance/report/summary.ts';
export type { CaseResult } from '../conformance/results/case-result.ts';
export {
  parseResults,
  ResultsFileError,
  readResults,
} from '../conformance/results/read-results.ts';
export type {
  RecordedResult,
  RecordedTarget,
  Results,
  Run,
  RunEnd,
} from '../conformance/results/results.ts';
export type { StoredConversation } from '../conformance/results/stored-conversations.ts';
export {
  DamagedTimelineError,
  loadTimeline,
  type StoredTimeline,
} from '../conformance/results/stored-timeline.ts';
export {
  CommandError,
  type StartedCommand,
  type StartOptions,
  startCommand,
} from '../conformance/run/command-target.ts';
export {
  type Capabilities,
  NotAWebSocketServerError,
  probeServer,
} from '../conformance/run/server/probe.ts';
export { type RunOptions, runServerCase, runServerCases } from '../conformance/run/server/run.ts';
export { serverTarget, TargetUrlError } from '../conformance/run/server/server-target.ts';
export { ConnectError, type ServerTarget } from '../conformance/transport/connect.ts';
export { type AnnotateOptions, annotate } from '../conformance/wire/annotate.ts';
export type { Place } from '../conformance/wire/place.ts';
export type { Side, Timeline, TimelineEntry } from '../conformance/wire/timeline.ts';
// biome-ignore-end lint/performance/noBarrelFile: the package has one entry, and this is it
