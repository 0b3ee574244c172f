// One open connection as the user of the server holds it. What it does is done by OpenConnection.
import type { Message } from '../protocol/message.ts';
import type { State } from '../protocol/states.ts';
import type { OpenConnection } from './open-connection.ts';

/** An open connection: handed to every handler of its endpoint. */
export class ServerWebSocket {
  /** Numbers the connections of one server from 1. */
  readonly id: number;
  /** The path of the endpoint, without the query. */
  readonly path: string;
  /** The subprotocol that was agreed on, if any. */
  readonly subprotocol: string | undefined;
  readonly #connection: OpenConnection;

  /** Made by the server, when a handshake is accepted. */
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

  /** The peer's IP address; empty where the connection ended before it was asked for. */
  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  /** Named by what happened: `open`, `closeSent`, `closeReceived`, `closed`. */
  get state(): State {
    return this.#connection.state;
  }

  /** The code of the peer's Close frame; 1005 where it had none, 1006 while there is none. */
  get closeCode(): number {
    return this.#connection.closeCode;
  }

  /** The reason in the peer's Close frame; empty where it had none. */
  get closeReason(): string {
    return this.#connection.closeReason;
  }

  /** Bytes that were sent but have not left this process. */
  get bufferedBytes(): number {
    return this.#connection.bufferedBytes;
  }

  /**
   * Sends one message: a string as text, bytes as binary, a received message as it came. From
   * 64 KiB on bytes are not copied and must not change until they have left.
   *
   * Once the closing handshake has started, nothing can be sent: the message is dropped.
   *
   * @returns false when `highWaterMark` bytes or more are buffered: wait for `drain`; and when the
   *   message was dropped
   */
  send(data: string | Uint8Array | Message): boolean {
    return this.#connection.send(data);
  }

  /**
   * Sends a ping (RFC 6455 §5.5.2); does nothing once the closing handshake has started.
   *
   * @param payload at most 125 bytes; throws a RangeError beyond
   */
  ping(payload?: Uint8Array): void {
    this.#connection.ping(payload);
  }

  /**
   * Starts the closing handshake (RFC 6455 §7.1.2); does nothing where it has started already. The
   * end is told to the `close` handler. Throws a RangeError or TypeError for what may not be sent.
   *
   * @param code 1000-1003, 1007-1014 or 3000-4999; none sends a Close frame without one
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
   * The messages from now on, each yours to keep; the loop ends with the connection. The `message`
   * handler is not called meanwhile; it gets what is left when the loop is left. A peer that sends
   * faster than the loop reads is not read. Throws where somebody iterates already.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message> {
    return this.#connection.iterate();
  }
}
