/**
 * `framewright/wire`: records WebSocket connections, reads what was recorded, and shows or exports
 * it. Nothing here judges.
 *
 * Times are in milliseconds since the connection was opened, offsets and lengths in octets.
 * Sections cited as `§5.5` are those of RFC 6455.
 */

// biome-ignore-start lint/performance/noBarrelFile: an entry point of the package
export { renderHar } from '../conformance/export/har.ts';
export { renderPcapng } from '../conformance/export/pcapng.ts';
export type { RecordedConversation } from '../conformance/export/recorded.ts';
export type {
  Channel,
  ChannelDescription,
  ChannelOwner,
  End,
  Endpoint,
} from '../conformance/transport/channel.ts';
export type { Outcome, WaitOptions } from '../conformance/transport/condition.ts';
export {
  type Address,
  type DialOptions,
  type DialTls,
  dial,
} from '../conformance/transport/dial.ts';
export {
  type Accept,
  type Listener,
  type ListenOptions,
  type ListenTls,
  listen,
} from '../conformance/transport/listen.ts';
export type { RecordLimit } from '../conformance/transport/record-limit.ts';
export {
  type RecordActivity,
  type RecordBudget,
  Recording,
  type RecordListener,
} from '../conformance/transport/recording.ts';
export { type Cut, Relay, type RelayOptions } from '../conformance/transport/relay.ts';
export {
  startTap,
  type Tap,
  type TapActivity,
  type TapConnection,
  type TapListener,
  type TapOptions,
} from '../conformance/transport/tap.ts';
export { rewriteHead, type Transform } from '../conformance/transport/transform.ts';
export { type AnnotateOptions, annotate, type Mark } from '../conformance/wire/annotate.ts';
export {
  type Conversation,
  type ConversationEvent,
  ConversationReader,
  readConversation,
} from '../conformance/wire/conversation.ts';
export type {
  Direction,
  DirectionEvent,
  Ending,
  ObservedClose,
  ObservedHead,
  Rest,
} from '../conformance/wire/direction.ts';
export {
  type Anomaly,
  type AnomalyName,
  type HeaderField,
  type HttpHead,
  headerValues,
  type RequestLine,
  type Span,
  type StatusLine,
} from '../conformance/wire/http-head.ts';
export { type Message, messageText, type ObservedFrame } from '../conformance/wire/messages.ts';
export type {
  DeflateAgreement,
  DeflateDirection,
  Extension,
} from '../conformance/wire/negotiation.ts';
export type { Place } from '../conformance/wire/place.ts';
export {
  type BytesEntry,
  bytesFrom,
  type DropEntry,
  type EndEntry,
  type OverflowEntry,
  type ScriptEntry,
  type ScriptEvent,
  type Side,
  type Timeline,
  type TimelineEntry,
  TimelineRecorder,
  type TimeoutEntry,
} from '../conformance/wire/timeline.ts';
export { type FrameFields, opcodes, type ReadFrame } from '../conformance/wire/wire.ts';
// biome-ignore-end lint/performance/noBarrelFile: an entry point of the package
