/**
 * A TCP client for the tests: collects what is received, and waits for it. No timers: a test that
 * waits for something that never arrives fails by the runner's time limit.
 */
import { connect, type Socket } from 'node:net';
import { describeFrames, handshake } from './client.ts';

export class TcpClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    this.socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake?.();
    });
    const end = () => {
      this.#ended = true;
      this.#wake?.();
    };
    this.socket.on('end', end).on('error', end);
    this.socket.on('close', () => {
      this.#closed = true;
      end();
    });
  }

  write(...parts: (string | Uint8Array)[]): this {
    for (const part of parts) this.socket.write(part);
    return this;
  }

  async #until(enough: () => boolean): Promise<void> {
    while (!enough() && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Opens the connection; bytes after the response are kept. */
  async open(
    headers: Readonly<Record<string, string | undefined>> = {},
    path = '/',
  ): Promise<string> {
    this.write(handshake(headers, `GET ${path} HTTP/1.1`));
    return this.head();
  }

  /** The next response head. */
  async head(): Promise<string> {
    await this.#until(() => this.#received.includes('\r\n\r\n'));
    const end = this.#received.indexOf('\r\n\r\n') + 4;
    const head = this.#received.toString('latin1', 0, end);
    this.#received = this.#received.subarray(end);
    return head;
  }

  /** Exactly `size` more bytes. */
  async bytes(size: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= size);
    const bytes = this.#received.subarray(0, size);
    this.#received = this.#received.subarray(size);
    return bytes;
  }

  /** Waits for these bytes without consuming them. */
  including(latin1: string): Promise<void> {
    return this.#until(() => this.#received.includes(latin1, 0, 'latin1'));
  }

  /** Everything until the server ends its side, as text. */
  async rest(): Promise<string> {
    await this.#until(() => false);
    return this.#received.toString('latin1');
  }

  /** The frames until the server ends its side. */
  async frames(): Promise<string[]> {
    await this.#until(() => false);
    return describeFrames(this.#received);
  }

  /**
   * Waits until the connection has ended. If the server ended its side before, only a write shows it:
   * TCP answers with a reset.
   */
  async closed(): Promise<void> {
    const writing = setInterval(() => this.socket.write('x'), 2);
    while (!this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearInterval(writing);
  }

  end(): void {
    this.socket.end();
  }
}
