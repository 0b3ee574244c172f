/**
 * What a WebSocket needs from the stream below it, and an implementation for net.Socket,
 * tls.TLSSocket and any other duplex stream through its public interface.
 */
import type { Duplex } from 'node:stream';

export interface Transport {
  /** Receives the events; replaced when the handshake is over. */
  owner: TransportOwner;
  /** An IP address; empty if unknown, or if first read after the connection ended. */
  readonly remoteAddress: string;
  /** The address under which the server counts this connection, if it counts by address. */
  countedFor: string | undefined;
  /** Bytes that were written but have not left yet. */
  readonly bufferedBytes: number;
  /** Returns whether every byte has already left, so that the memory may be reused. */
  write(chunks: readonly Buffer[]): boolean;
  pause(): void;
  resume(): void;
  /** Ends our side after everything that was written. */
  end(): void;
  destroy(): void;
}

export interface TransportOwner {
  /** bytes[0, length) belong to the owner during the call; it may overwrite them. */
  received(bytes: Buffer, length: number): void;
  /** The peer has ended its side. */
  receivedEnd(): void;
  /** Everything written has left. */
  drained(): void;
  /** No further events. */
  closed(): void;
  /** The server's clock advanced. */
  checkTime(): void;
  /** The server is stopping: `code` goes into the Close frame. */
  shutDown(code: number): void;
  terminate(): void;
}

export class StreamTransport implements Transport {
  owner: TransportOwner;
  countedFor: string | undefined;
  readonly #stream: Duplex & { readonly remoteAddress?: string | undefined };
  #address: string | undefined;
  #behind = false;
  readonly #written = () => {
    if (!this.#behind || this.#stream.writableLength > 0) return;
    this.#behind = false;
    this.owner.drained();
  };

  constructor(stream: Duplex, owner: TransportOwner) {
    this.#stream = stream;
    this.owner = owner;
    stream.on('data', (bytes: Buffer) => this.owner.received(bytes, bytes.length));
    stream.on('end', () => this.owner.receivedEnd());
    stream.on('close', () => this.owner.closed());
    // 'close' reports a reset too, and there is nothing more to know about it.
    stream.on('error', () => {});
  }

  get remoteAddress(): string {
    this.#address ??= this.#stream.remoteAddress;
    return this.#address ?? '';
  }

  get bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  write(chunks: readonly Buffer[]): boolean {
    const stream = this.#stream;
    if (chunks.length === 1) stream.write(chunks[0], this.#written);
    else {
      stream.cork();
      for (const chunk of chunks) stream.write(chunk, this.#written);
      stream.uncork();
    }
    this.#behind = stream.writableLength > 0;
    return !this.#behind;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  end(): void {
    this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
