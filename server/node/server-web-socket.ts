/**
 * One open connection as the application sees it. OpenConnection does the work.
 */
import type { Message } from '../protocol/message.ts';
import type { State } from '../protocol/states.ts';
import type { OpenConnection } from './open-connection.ts';

/** An open connection: handed to every handler of its endpoint. */
export class ServerWebSocket {
  /** Numbers the connections of one server from 1. */
  readonly id: number;
  /** The path of the endpoint, without the query. */
  readonly path: string;
  /** The negotiated subprotocol, if any. */
  readonly subprotocol: string | undefined;
  readonly #connection: OpenConnection;

  /** @internal Created by the server when a handshake is accepted. */
  constructor(
    connection: OpenConnection,
    id: number,
    path: string,
    subprotocol: string | undefined,
  ) {
    this.#connection = connection;
    this.id = id;
    this.path = path;
    this.subprotocol = subprotocol;
  }

  /** The peer's IP address; empty if the connection ended before it was read. */
  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  /** Named after what happened last: `open`, `closeSent`, `closeReceived`, `closed`. */
  get state(): State {
    return this.#connection.state;
  }

  /** The code of the peer's Close frame; 1005 if it had none, 1006 before one arrives. */
  get closeCode(): number {
    return this.#connection.closeCode;
  }

  /** The reason in the peer's Close frame; empty if it had none. */
  get closeReason(): string {
    return this.#connection.closeReason;
  }

  /** Bytes that were sent but have not left this process yet. */
  get bufferedBytes(): number {
    return this.#connection.bufferedBytes;
  }

  /**
   * Sends one message: a string as text, bytes as binary, a received message unchanged. From 64 KiB
   * up, bytes are not copied and must not change until they have left the process.
   *
   * Once the closing handshake has started, nothing can be sent and the message is dropped.
   *
   * @returns false when `highWaterMark` bytes or more are buffered (wait for `drain`), or when the
   *   message was dropped
   */
  send(data: string | Uint8Array | Message): boolean {
    return this.#connection.send(data);
  }

  /**
   * Sends a ping (RFC 6455 §5.5.2); does nothing once the closing handshake has started.
   *
   * @param payload at most 125 bytes; a longer one throws a RangeError
   */
  ping(payload?: Uint8Array): void {
    this.#connection.ping(payload);
  }

  /**
   * Starts the closing handshake (RFC 6455 §7.1.2); does nothing if it has already started. The
   * `close` handler is called at the end. Throws a RangeError or TypeError for an invalid argument.
   *
   * @param code 1000-1003, 1007-1014 or 3000-4999; omitted, the Close frame has none
   * @param reason at most 123 bytes of UTF-8; needs a code
   */
  close(code?: number, reason?: string): void {
    this.#connection.close(code, reason);
  }

  /** Ends the TCP connection at once, without a closing handshake. */
  terminate(): void {
    this.#connection.terminate();
  }

  /**
   * Iterates over the messages from now on, each safe to keep; the loop ends with the connection. The
   * `message` handler is not called meanwhile, and gets the remaining messages after the loop is left.
   * Reading from the peer pauses when the loop is slower. Throws when a loop is already running.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message> {
    return this.#connection.iterate();
  }
}
