// What a WebSocket needs of the stream below it, and how a net.Socket, a tls.TLSSocket or any other
// duplex stream gives it by its public interface.
import type { Duplex } from 'node:stream';

export interface Transport {
  /** Who is told what happens; changed when the handshake is over. */
  owner: TransportOwner;
  /** An IP address; empty where it is unknown, or asked for only after the end. */
  readonly remoteAddress: string;
  /** The address for which the server counts this connection, where it counts them. */
  countedFor: string | undefined;
  /** Bytes that were written but have not left yet. */
  readonly bufferedBytes: number;
  /** Returns whether every byte has left already, so that the memory may be used again. */
  write(chunks: readonly Buffer[]): boolean;
  pause(): void;
  resume(): void;
  /** Ends our side, after everything that was written. */
  end(): void;
  destroy(): void;
}

export interface TransportOwner {
  /** bytes[0, length) are the owner's during the call; it may overwrite them. */
  received(bytes: Buffer, length: number): void;
  /** The peer has ended its side. */
  receivedEnd(): void;
  /** Everything that was written has left. */
  drained(): void;
  /** Nothing will happen any more. */
  closed(): void;
  /** The server's clock went on. */
  checkTime(): void;
  /** The server stops: `code` goes into the Close frame. */
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
    // A reset is reported by 'close' too, which is all there is to know about it.
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
