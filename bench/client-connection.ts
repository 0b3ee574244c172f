import { Buffer } from 'node:buffer';
import { connect, type Socket } from 'node:net';

/** The sample key and its answer, RFC 6455 §1.3; a fixed key lets the floor prepare its answer. */
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const headEnd = Buffer.from('\r\n\r\n');
const maxHeadBytes = 16 * 1024;

/**
 * The read buffer of all connections. One is enough, because a chunk is processed before the next
 * one is read; it saves the 64 KiB that node:net otherwise allocates for each read.
 */
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);

export interface ClientConnectionOptions {
  readonly port: number;
  /** Offer permessage-deflate as browsers do. */
  readonly deflate?: boolean;
}

/** A client's side of one connection: the handshake, and then raw bytes in both directions. */
export class ClientConnection {
  readonly socket: Socket;
  /** permessage-deflate was negotiated. */
  deflate = false;
  /** Called with each chunk; its bytes are valid during the call only. */
  onBytes: (chunk: Buffer, length: number) => void = () => {};
  /** Called once if the connection ends before `destroy`. */
  onEnd: (error: Error) => void = () => {};

  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  #head = Buffer.alloc(0);
  #opened: () => void = () => {};
  #refused: (error: Error) => void = () => {};

  private constructor(options: ClientConnectionOptions) {
    this.socket = connect({
      host: '127.0.0.1',
      port: options.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length, chunk) => {
          if (this.#state === 'open') this.onBytes(chunk as Buffer, length);
          else this.#readHead(chunk as Buffer, length);
          return true;
        },
      },
    });
    this.socket.on('error', (error) => this.#end(explained(error)));
    this.socket.on('end', () => this.#end(new Error('the server closed the connection')));
    this.socket.on('close', () => this.#end(new Error('the server closed the connection')));
    this.socket.write(requestHead(options));
  }

  /** Resolves when the server has answered 101; rejects with its answer otherwise. */
  static open(options: ClientConnectionOptions): Promise<ClientConnection> {
    return new Promise((resolve, reject) => {
      const connection = new ClientConnection(options);
      connection.#opened = () => resolve(connection);
      connection.#refused = reject;
    });
  }

  get ended(): boolean {
    return this.#state === 'closed';
  }

  /** Disconnects without a Close frame, as a vanished client does. */
  destroy(): void {
    this.#state = 'closed';
    this.socket.destroy();
  }

  #readHead(chunk: Buffer, length: number): void {
    if (this.#state === 'closed') return;
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, length)]);
    const end = this.#head.indexOf(headEnd);
    if (end < 0) {
      if (this.#head.length > maxHeadBytes) this.#end(new Error('an endless handshake response'));
      return;
    }
    const lines = this.#head.toString('latin1', 0, end).split('\r\n');
    const headers = new Map(
      lines.slice(1).map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    if (!/^HTTP\/1\.1 101\b/.test(lines[0]!)) {
      this.#end(new Error(`the handshake was answered ${JSON.stringify(lines[0])}`));
    } else if (headers.get('sec-websocket-accept') !== accept) {
      this.#end(new Error('the handshake was answered with a wrong Sec-WebSocket-Accept'));
    } else {
      this.deflate = /permessage-deflate/.test(headers.get('sec-websocket-extensions') ?? '');
      this.#state = 'open';
      this.#opened();
      const rest = this.#head.subarray(end + headEnd.length);
      if (rest.length > 0) this.onBytes(rest, rest.length);
    }
  }

  #end(error: Error): void {
    const before = this.#state;
    if (before === 'closed') return;
    this.#state = 'closed';
    this.socket.destroy();
    if (before === 'connecting') this.#refused(error);
    else this.onEnd(error);
  }
}

function requestHead({ port, deflate = false }: ClientConnectionOptions): string {
  return (
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n` +
    (deflate ? 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n' : '') +
    '\r\n'
  );
}

function explained(error: Error): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== 'EMFILE') return error;
  return new Error('too many open files: raise the limit (ulimit -n 20000) and run again');
}
