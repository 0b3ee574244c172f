/**
 * One received message, handed out without being copied or decoded. Most messages are small and
 * many are only passed on, so a Buffer or a string is created only on request (0.2-1.1 us each, more
 * than all other work on a small message).
 */
import type { PooledBuffer } from './buffer-pool.ts';

/**
 * A whole text or binary message. RFC 6455 §5.6.
 *
 * Valid while the handler it was given to runs, since its memory is then reused. Use `text()`,
 * `bytes()` or `keep()` to keep it; reading it later throws.
 */
export class Message {
  readonly type = 'message';
  #text = false;
  #bytes: Buffer | undefined;
  #start = 0;
  #end = 0;
  #ascii = false;
  #owned = false;
  #large: PooledBuffer | undefined;

  /**
   * For the connection: points the message at bytes[start, end).
   *
   * @param ascii whether it is known to be ASCII
   * @param owned whether nothing else will use the bytes
   * @internal
   */
  set(text: boolean, bytes: Buffer, start: number, end: number, ascii: boolean, owned: boolean) {
    this.#text = text;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#ascii = ascii;
    this.#owned = owned;
    return this;
  }

  /**
   * @internal For the connection: points the message at the first `size` bytes of memory it may
   * keep.
   */
  setLarge(text: boolean, memory: PooledBuffer, size: number, ascii: boolean): this {
    this.#large = memory;
    return this.set(text, memory.bytes, 0, size, ascii, true);
  }

  /** @internal For the connection: the memory is about to be reused. */
  expire(): void {
    this.#bytes = undefined;
    if (this.#large === undefined) return;
    this.#large.release();
    this.#large = undefined;
  }

  get kind(): 'text' | 'binary' {
    return this.#text ? 'text' : 'binary';
  }

  /** The payload's size in bytes (of UTF-8, for text). */
  get byteLength(): number {
    return this.#end - this.#start;
  }

  /** The payload as a string; of a binary message, its bytes read as UTF-8. */
  text(): string {
    return this.#memory().toString(this.#ascii ? 'latin1' : 'utf8', this.#start, this.#end);
  }

  /** The payload, safe to keep. Copied only if its memory will be reused. */
  bytes(): Buffer {
    const memory = this.#memory();
    // Once a view was handed out, its buffer is never reused.
    this.#large?.retain();
    if (this.#owned) return memory.subarray(this.#start, this.#end);
    return Buffer.copyBytesFrom(memory, this.#start, this.#end - this.#start);
  }

  /** The message, safe to keep. */
  keep(): Message {
    const bytes = this.bytes();
    return new Message().set(this.#text, bytes, 0, bytes.length, this.#ascii, true);
  }

  /** The payload without a copy: valid while the handler runs, like the message. */
  view(): Buffer {
    return this.#memory().subarray(this.#start, this.#end);
  }

  /** @internal For the sender: copies the payload to target[at]; returns where it ends. */
  copyTo(target: Buffer, at: number): number {
    const memory = this.#memory();
    const length = this.#end - this.#start;
    // A message just read is passed on inside the scratch buffer, without creating a view.
    if (target === memory) memory.copyWithin(at, this.#start, this.#end);
    else memory.copy(target, at, this.#start, this.#end);
    return at + length;
  }

  /** @internal For the sender: whether nothing else will use the payload's memory. */
  get owned(): boolean {
    return this.#owned;
  }

  /**
   * @internal For the sender: the pooled buffer it lies in, to be retained while it is being sent.
   */
  get large(): PooledBuffer | undefined {
    return this.#large;
  }

  #memory(): Buffer {
    if (this.#bytes === undefined) {
      throw new Error(
        'This message was read after its handler returned. Call text() or bytes() in the handler and keep the result.',
      );
    }
    return this.#bytes;
  }
}
