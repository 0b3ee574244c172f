/**
 * `framewright/server`: a WebSocket server (RFC 6455) with permessage-deflate (RFC 7692), on
 * `node:net`, on TLS, or attached to a server of `node:http`. It loads no other package.
 *
 * Times are in milliseconds, lengths in octets.
 */

// biome-ignore-start lint/performance/noBarrelFile: an entry point of the package
export type { Behaviour } from '../server/node/behaviour.ts';
export type { DecisionOptions } from '../server/node/decide.ts';
export type { Observation, Observer } from '../server/node/observation.ts';
export { type CompressionOption, type Limits, limitTable } from '../server/node/options.ts';
export {
  createWebSocketServer,
  type WebSocketServer,
  type WebSocketServerOptions,
} from '../server/node/server.ts';
export type { ServerWebSocket } from '../server/node/server-web-socket.ts';
export type { CompressionSettings } from '../server/protocol/deflate.ts';
export type { RefusedHandshake, UpgradeRequest } from '../server/protocol/handshake.ts';
export type { Extension } from '../server/protocol/header-grammar.ts';
export type { RequestHead } from '../server/protocol/http-head.ts';
export type { Message } from '../server/protocol/message.ts';
export type { FrameSeen } from '../server/protocol/receiver.ts';
export type { State } from '../server/protocol/states.ts';
export type { Failure, Refusal, Violation } from '../server/protocol/violations.ts';
// biome-ignore-end lint/performance/noBarrelFile: an entry point of the package
