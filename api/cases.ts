/**
 * `framewright/cases`: the words of the case format, for cases of your own. A case is data; run it
 * with `runServerCase`, `serveClientCases` or `runBrowserCases` of `framewright`.
 *
 * Sections cited as `§5.5` are those of RFC 6455. Times are in milliseconds, lengths in octets.
 */

// biome-ignore-start lint/performance/noBarrelFile: an entry point of the package
export type {
  Aftermath,
  Case,
  Level,
  Need,
  Prelude,
  Repeat,
} from '../conformance/format/case.ts';
export type {
  Check,
  FrameCheck,
  Reference,
  RequestCheck,
  ResponseCheck,
} from '../conformance/format/check.ts';
export type { DataFile } from '../conformance/format/data.ts';
export type { Document } from '../conformance/format/document.ts';
export type { CloseCode, Ending } from '../conformance/format/ending.ts';
export {
  accepted,
  answered,
  closed,
  type Expectation,
  type ExpectedEvent,
  echoOf,
  failed,
  failedOrDropped,
  gone,
  type MoreExpected,
  observed,
  optional,
  orRefused,
  pending,
  pongOf,
  refused,
} from '../conformance/format/expectation.ts';
export {
  type Handshake,
  type Head,
  type HeadEdit,
  type RequestFields,
  type ResponseFields,
  request,
  response,
} from '../conformance/format/handshake.ts';
export { fill, hex, type Payload } from '../conformance/format/payload.ts';
export type { ExpectedScriptEvent, ScriptAction } from '../conformance/format/program.ts';
export { bothRoles, clientOnly, type Role, serverOnly } from '../conformance/format/role.ts';
export type { ScriptActionWith } from '../conformance/format/script-action.ts';
export {
  type AwaitedEvent,
  awaits,
  type BytesItem,
  binary,
  bytes,
  close,
  continuation,
  eachInItsOwnSegment,
  type FrameItem,
  type FrameOptions,
  fin,
  frame,
  type Item,
  inSegmentsOf,
  type MessageItem,
  message,
  ping,
  pong,
  resumeReading,
  rst,
  type Step,
  stopReading,
  text,
} from '../conformance/format/step.ts';
export type { LengthForm } from '../conformance/wire/wire.ts';
// biome-ignore-end lint/performance/noBarrelFile: an entry point of the package
