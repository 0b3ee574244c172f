/**
 * A transport on libuv's TCP handle, below net.Socket: not Node's public API.
 *
 * Why: a net.Socket brings stream machinery for each direction and a fresh 64 KiB buffer for each
 * read, which together cost more than the whole protocol. Here all connections of a server read
 * into one buffer, a write is one call, and an idle connection is a few small objects.
 *
 * It relies on the handle's methods and the `stream_wrap` binding, unchanged since Node 12.
 * `openHandles` checks that all of it is there; if not, its caller falls back to StreamTransport.
 * On Windows a read takes its buffer when it is started, not when bytes arrive, so connections
 * cannot share one.
 */
import type { Server } from 'node:net';
import type { ScratchBuffer } from '../protocol/scratch-buffer.ts';
import type { Transport, TransportOwner } from './transport.ts';

interface Handle {
  onread: (this: Handle) => void;
  transport: HandleTransport;
  readonly writeQueueSize: number;
  readStart(): number;
  readStop(): number;
  useUserBuffer(buffer: Buffer): void;
  writeBuffer(request: WriteRequest, bytes: Buffer): number;
  writev(request: WriteRequest, chunks: readonly Buffer[], allBuffers: true): number;
  shutdown(request: object): number;
  setNoDelay(on: boolean): number;
  getpeername(into: { address?: string }): number;
  close(closed: () => void): void;
}

interface WriteRequest {
  oncomplete: (status: number) => void;
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly ShutdownWrap: new () => { oncomplete: () => void };
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
}

interface ListeningHandle {
  onconnection: (status: number, handle: Handle) => void;
}

/** What the handles of a server share. */
class Shared {
  readonly binding: StreamBinding;
  readonly scratch: ScratchBuffer;
  /** A request is consumed only by a write that has to wait. */
  spareWrite: WriteRequest | undefined;

  constructor(binding: StreamBinding, scratch: ScratchBuffer) {
    this.binding = binding;
    this.scratch = scratch;
  }
}

/**
 * Takes the connections of a listening server before they become sockets.
 *
 * @param scratch the buffer that all of them read into
 * @param accept gets a function that makes the transport for an owner
 * @returns false when this Node or this system lacks what is needed
 */
export function openHandles(
  server: Server,
  scratch: ScratchBuffer,
  accept: (open: (owner: TransportOwner) => Transport) => void,
): boolean {
  const listening = (server as unknown as { _handle?: ListeningHandle })._handle;
  const binding = streamBinding();
  if (process.platform === 'win32' || binding === undefined) return false;
  if (typeof listening?.onconnection !== 'function') return false;
  const shared = new Shared(binding, scratch);
  listening.onconnection = (status, handle) => {
    // A connection that could not be accepted has already gone.
    if (status !== 0) return;
    accept((owner) => new HandleTransport(handle, shared, owner));
  };
  return true;
}

function streamBinding(): StreamBinding | undefined {
  try {
    const { binding } = process as unknown as { binding(name: string): Partial<StreamBinding> };
    const found = binding('stream_wrap');
    const complete =
      typeof found.WriteWrap === 'function' &&
      typeof found.ShutdownWrap === 'function' &&
      found.streamBaseState instanceof Int32Array &&
      Number.isInteger(found.kReadBytesOrError) &&
      Number.isInteger(found.kLastWriteWasAsync);
    return complete ? (found as StreamBinding) : undefined;
  } catch {
    return undefined;
  }
}

function onRead(this: Handle): void {
  this.transport.onRead();
}

class HandleTransport implements Transport {
  owner: TransportOwner;
  readonly #shared: Shared;
  readonly #handle: Handle;
  #pendingWrites = 0;
  #closed = false;
  #ending = false;
  #shutDown = false;
  #ended = false;
  #address: string | undefined;
  countedFor: string | undefined;

  constructor(handle: Handle, shared: Shared, owner: TransportOwner) {
    this.owner = owner;
    this.#handle = handle;
    this.#shared = shared;
    handle.transport = this;
    handle.onread = onRead;
    handle.setNoDelay(true);
    handle.useUserBuffer(shared.scratch.input);
    handle.readStart();
  }

  get remoteAddress(): string {
    if (this.#address === undefined && !this.#closed) {
      const peer: { address?: string } = {};
      this.#handle.getpeername(peer);
      this.#address = peer.address;
    }
    return this.#address ?? '';
  }

  get bufferedBytes(): number {
    return this.#pendingWrites === 0 || this.#closed ? 0 : this.#handle.writeQueueSize;
  }

  write(chunks: readonly Buffer[]): boolean {
    if (this.#closed) return true;
    const { binding } = this.#shared;
    const request = this.#shared.spareWrite ?? new binding.WriteWrap();
    this.#shared.spareWrite = undefined;
    const failed =
      chunks.length === 1
        ? this.#handle.writeBuffer(request, chunks[0]!)
        : this.#handle.writev(request, chunks, true);
    if (failed !== 0) {
      this.destroy();
      return true;
    }
    if (binding.streamBaseState[binding.kLastWriteWasAsync] === 0) {
      // Everything was written at once, so the request was not needed.
      this.#shared.spareWrite = request;
      return this.#pendingWrites === 0;
    }
    this.#pendingWrites += 1;
    request.oncomplete = (status) => this.#onWritten(status, chunks);
    return false;
  }

  /** Keeps the chunks alive for as long as the system reads from them. */
  #onWritten(status: number, _chunks: readonly Buffer[]): void {
    this.#pendingWrites -= 1;
    if (this.#closed) return;
    if (status !== 0) this.destroy();
    else if (this.#pendingWrites === 0) this.owner.drained();
  }

  pause(): void {
    if (!this.#closed) this.#handle.readStop();
  }

  resume(): void {
    if (!this.#closed && !this.#ended) this.#handle.readStart();
  }

  end(): void {
    if (this.#closed || this.#ending) return;
    this.#ending = true;
    // Closing the socket ends our side too, and saves a call when nothing else is left to do.
    if (this.#ended && this.#pendingWrites === 0) {
      this.destroy();
      return;
    }
    const request = new this.#shared.binding.ShutdownWrap();
    request.oncomplete = () => {
      this.#shutDown = true;
      if (this.#ended) this.destroy();
    };
    if (this.#handle.shutdown(request) !== 0) this.destroy();
  }

  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle.close(() => this.owner.closed());
  }

  onRead(): void {
    const { binding, scratch } = this.#shared;
    const size = binding.streamBaseState[binding.kReadBytesOrError]!;
    if (size > 0) {
      this.owner.received(scratch.memory, size);
      return;
    }
    // 0 means that there was nothing to read; below 0 is the end of the stream, or an error.
    if (size === 0) return;
    this.#ended = true;
    if (size !== endOfStream) {
      this.destroy();
      return;
    }
    this.owner.receivedEnd();
    if (this.#closed) return;
    this.#handle.readStop();
    if (this.#shutDown) this.destroy();
  }
}

/** libuv's UV_EOF, the same everywhere. */
const endOfStream = -4095;
