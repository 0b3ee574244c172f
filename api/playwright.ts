/**
 * `framewright/playwright`: records every WebSocket connection of the pages under test, as bytes, in
 * your own Playwright tests. Import `test` and `expect` from here, or merge them into yours with
 * `mergeTests` and `mergeExpects`.
 *
 * Times are in milliseconds, offsets and lengths in octets. Sections cited as `§5.5` are those of
 * RFC 6455.
 */

// biome-ignore-start lint/performance/noBarrelFile: an entry point of the package
export type { BrokenRule } from '../conformance/judge/passing.ts';
export type { End } from '../conformance/transport/channel.ts';
export type { Cut } from '../conformance/transport/relay.ts';
export type { Header } from '../conformance/wire/http-head.ts';
export { opcodes } from '../conformance/wire/wire.ts';
export type { Attach } from '../playwright-fixtures/attachments.ts';
export {
  type InjectedFrame,
  WireConnection,
  type WireWaitOptions,
} from '../playwright-fixtures/connection.ts';
export {
  type ExpectedOpening,
  expect,
  type MatcherOptions,
} from '../playwright-fixtures/matchers.ts';
export type { MessageMatch } from '../playwright-fixtures/message-match.ts';
export type {
  WireClosing,
  WireControl,
  WireEnd,
  WireFrame,
  WireMessage,
  WireRequest,
  WireResponse,
} from '../playwright-fixtures/recorded.ts';
export { type CaseReference, type ServerScript, scriptOf } from '../playwright-fixtures/script.ts';
export {
  type AcceptOptions,
  type RefuseOptions,
  type ServerFrame,
  ServerSocket,
} from '../playwright-fixtures/server-socket.ts';
export {
  test,
  type WireFixtures,
  type WireOptions,
  type WireWorkerFixtures,
} from '../playwright-fixtures/test.ts';
export type { UrlMatch } from '../playwright-fixtures/url-match.ts';
export { type CutOptions, Wire, type WireServer } from '../playwright-fixtures/wire.ts';
// biome-ignore-end lint/performance/noBarrelFile: an entry point of the package
