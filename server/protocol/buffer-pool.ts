// Memory for large messages, used again: of a fresh megabyte every page is made and cleared by the
// system when it is first touched, which costs as much as copying it.

/** From this size on memory is worth keeping. */
export const largeSize = 64 * 1024;

/** The most bytes that are kept for later. */
const mostKept = 32 * 1024 * 1024;

/** A buffer with a count of those who use it; used again when there are none. */
export class PooledBuffer {
  readonly bytes: Buffer;
  readonly #pool: BufferPool;
  #users = 1;

  constructor(bytes: Buffer, pool: BufferPool) {
    this.bytes = bytes;
    this.#pool = pool;
  }

  /** One user more. One that never releases keeps the memory for good: so does the application. */
  retain(): void {
    this.#users += 1;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#pool.putBack(this.bytes);
  }
}

/** Large buffers that nobody uses at the moment. */
export class BufferPool {
  readonly #buffers: Buffer[] = [];
  #kept = 0;

  /** At least `size` bytes, with one user; in steps, so that it fits a slightly larger one too. */
  take(size: number): PooledBuffer {
    const index = this.#buffers.findIndex(
      (buffer) => buffer.length >= size && buffer.length <= size * 4,
    );
    if (index < 0) {
      const room = Math.ceil(size / largeSize) * largeSize;
      return new PooledBuffer(Buffer.allocUnsafeSlow(room), this);
    }
    const [buffer] = this.#buffers.splice(index, 1);
    this.#kept -= buffer!.length;
    return new PooledBuffer(buffer!, this);
  }

  putBack(buffer: Buffer): void {
    // The oldest go first: what was used last is what is needed next, and still in the cache.
    while (this.#kept + buffer.length > mostKept && this.#buffers.length > 0) {
      this.#kept -= this.#buffers.pop()!.length;
    }
    if (buffer.length > mostKept) return;
    this.#buffers.unshift(buffer);
    this.#kept += buffer.length;
  }

  /** Keeps nothing: for when there is nobody left who might need it. */
  clear(): void {
    this.#buffers.length = 0;
    this.#kept = 0;
  }
}
