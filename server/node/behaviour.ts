// What the user of the server writes for an endpoint.
import type { UpgradeRequest } from '../protocol/handshake.ts';
import type { Message } from '../protocol/message.ts';
import type { ServerWebSocket } from './server-web-socket.ts';

/**
 * What an endpoint does. Each handler may be left out; one object may serve all connections. What a
 * handler returns is ignored, but a promise's rejection counts as the handler's failure.
 */
export interface Behaviour {
  /** The connection is open. An async function may iterate over the socket's messages. */
  open?(socket: ServerWebSocket, request: UpgradeRequest): unknown;
  /** The message is valid until the handler returns: see `Message`. */
  message?(socket: ServerWebSocket, message: Message): unknown;
  /** The pong is on its way already. */
  ping?(socket: ServerWebSocket, payload: Buffer): unknown;
  pong?(socket: ServerWebSocket, payload: Buffer): unknown;
  /** `send` returned false, and less than `highWaterMark` waits again. */
  drain?(socket: ServerWebSocket): unknown;
  /** The TCP connection is over. 1005: Close without a code. 1006: no Close frame at all. */
  close?(socket: ServerWebSocket, code: number, reason: string): unknown;
}
