/** The handlers that a user of the server writes for an endpoint. */
import type { UpgradeRequest } from '../protocol/handshake.ts';
import type { Message } from '../protocol/message.ts';
import type { ServerWebSocket } from './server-web-socket.ts';

/**
 * What an endpoint does. Every handler is optional; one object may serve all connections. Return
 * values are ignored, but a rejected promise counts as a failure of the handler.
 */
export interface Behaviour {
  /** The connection is open. An async function may iterate over the socket's messages. */
  open?(socket: ServerWebSocket, request: UpgradeRequest): unknown;
  /** The message is valid until the handler returns: see `Message` for how to keep it. */
  message?(socket: ServerWebSocket, message: Message): unknown;
  /** The pong has already been queued. */
  ping?(socket: ServerWebSocket, payload: Buffer): unknown;
  pong?(socket: ServerWebSocket, payload: Buffer): unknown;
  /** `send` returned false, and fewer than `highWaterMark` bytes are buffered again. */
  drain?(socket: ServerWebSocket): unknown;
  /** The TCP connection has ended. 1005: Close without a code. 1006: no Close frame. */
  close?(socket: ServerWebSocket, code: number, reason: string): unknown;
}
