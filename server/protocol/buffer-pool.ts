/**
 * Reusable memory for large messages: the system creates and clears every page of a fresh megabyte
 * when it is first touched, which costs as much as copying it.
 */

/** From this size on, memory is worth keeping. */
export const largeSize = 64 * 1024;

/** The most bytes that are kept. */
const mostKept = 32 * 1024 * 1024;

/** A buffer that counts its users, and is reused when there are none. */
export class PooledBuffer {
  readonly bytes: Buffer;
  readonly #pool: BufferPool;
  #users = 1;

  constructor(bytes: Buffer, pool: BufferPool) {
    this.bytes = bytes;
    this.#pool = pool;
  }

  /** Adds a user. One that never releases, such as the application, keeps the memory forever. */
  retain(): void {
    this.#users += 1;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#pool.putBack(this.bytes);
  }
}

/** Large buffers that are not in use. */
export class BufferPool {
  readonly #buffers: Buffer[] = [];
  #kept = 0;

  /** At least `size` bytes, with one user; rounded up, so that slightly larger messages fit too. */
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
    // The oldest go first: the most recently used is the next needed, and still in the cache.
    while (this.#kept + buffer.length > mostKept && this.#buffers.length > 0) {
      this.#kept -= this.#buffers.pop()!.length;
    }
    if (buffer.length > mostKept) return;
    this.#buffers.unshift(buffer);
    this.#kept += buffer.length;
  }

  /** Empties the pool, when there are no connections left that might need it. */
  clear(): void {
    this.#buffers.length = 0;
    this.#kept = 0;
  }
}
