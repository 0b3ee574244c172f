/**
 * `framewright`: the catalogue of cases; running cases against servers, clients and browsers;
 * judging what was recorded; writing and reading results; and reports of them.
 *
 * Words of the case format are in `framewright/cases`, recordings in `framewright/wire`. Times are
 * in milliseconds, lengths in octets.
 */

// biome-ignore-start lint/performance/noBarrelFile: an entry point of the package
export type { Engine, Provider } from '../browsers/find.ts';
export { catalogue, catalogueVersion } from '../conformance/catalogue/catalogue.ts';
export {
  type CaseFilter,
  type Selectable,
  selectorOf,
  UnknownSelectorError,
} from '../conformance/catalogue/select.ts';
export {
  type ApplicationMessage,
  applicationMessage,
} from '../conformance/format/application-message.ts';
export type { Case, Level, Volume } from '../conformance/format/case.ts';
export type { Abilities } from '../conformance/format/needs.ts';
export type { Role } from '../conformance/format/role.ts';
export type { Seed } from '../conformance/format/seed.ts';
export type {
  CloseReaction,
  MessageReactions,
  Question,
  Reaction,
  TargetBehaviour,
  Unasked,
} from '../conformance/format/target-behaviour.ts';
export type { Proof, TargetProfile } from '../conformance/format/target-profile.ts';
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
export type { Cause, Where } from '../conformance/judge/violation.ts';
export { explainResult } from '../conformance/report/explain.ts';
export {
  type Report,
  type Reporter,
  type ReporterName,
  type ReportOptions,
  renderReport,
} from '../conformance/report/reporters.ts';
export {
  type SectionSummary,
  type Summary,
  summarize,
  type Totals,
} from '../conformance/report/summary.ts';
export type { Attempt, CaseResult } from '../conformance/results/case-result.ts';
export {
  parseResults,
  ResultsFileError,
  readResults,
} from '../conformance/results/read-results.ts';
export {
  type KnownFailing,
  type RecordedAttempt,
  type RecordedCase,
  type RecordedLoss,
  type RecordedOptions,
  type RecordedResult,
  type RecordedTarget,
  type Results,
  type Run,
  type RunEnd,
  resultsFormat,
  resultsVersion,
} from '../conformance/results/results.ts';
export { writeResults } from '../conformance/results/results-file.ts';
export {
  loadConversations,
  type StoredConversation,
} from '../conformance/results/stored-conversations.ts';
export {
  DamagedTimelineError,
  type StoredBytes,
  type StoredEntry,
  type StoredScriptEvent,
  type StoredSegments,
  type StoredTimeline,
} from '../conformance/results/stored-timeline.ts';
export type { ResidentMemory } from '../conformance/run/server/aftermath.ts';
export type { Capabilities } from '../conformance/run/server/probe/capabilities.ts';
export { type ProbeSettings, probeServer } from '../conformance/run/server/probe/probe-server.ts';
export { NotAWebSocketServerError } from '../conformance/run/server/probe/refusals.ts';
export {
  type CaseOptions,
  type RunOptions,
  runServerCase,
  runServerCases,
} from '../conformance/run/server/run.ts';
export type { ServerRunEnd } from '../conformance/run/server/server-run.ts';
export { serverTarget, TargetUrlError } from '../conformance/run/server/server-target.ts';
export type { TargetProcess } from '../conformance/run/server/target-watch.ts';
export { ConnectError, type ServerTarget } from '../conformance/transport/connect.ts';
export type { Header } from '../conformance/wire/http-head.ts';
export {
  type BrowserRunOptions,
  type LaunchedBrowser,
  runBrowserCases,
} from './run-browser-cases.ts';
export {
  type RunDetails,
  type RunRecorder,
  recordClientRun,
  recordServerRun,
} from './run-recorder.ts';
export {
  type ClientCaseOptions,
  type ClientCases,
  type ClientCasesOptions,
  serveClientCases,
} from './serve-client-cases.ts';
// biome-ignore-end lint/performance/noBarrelFile: an entry point of the package
