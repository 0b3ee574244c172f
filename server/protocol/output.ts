/**
 * Outgoing bytes. All frames sent while one chunk is processed are gathered in one buffer and leave
 * in one write: on small pipelined messages that is five to eleven times cheaper than a write each.
 * Large payloads are not copied but queued separately.
 */

import { largeSize, type PooledBuffer } from './buffer-pool.ts';
import { headerSize, writeFrameHeader } from './frame.ts';
import type { Message } from './message.ts';
import type { Place, ScratchBuffer } from './scratch-buffer.ts';

/** The most that a connection gathers in one buffer before it starts another. */
const largestBuffer = 128 * 1024;

/** The outgoing bytes of one connection, in order. */
export class Output {
  readonly #scratch: ScratchBuffer;
  /** Where frames are gathered: bytes[#start, #end) wait. */
  #place: Place | undefined;
  #start = 0;
  #end = 0;
  #before: Buffer[] | undefined;
  #borrowed: Place[] | undefined;
  /** Pooled buffers that are queued, and those already written but possibly not flushed. */
  #large: PooledBuffer[] | undefined;
  #leaving: PooledBuffer[] | undefined;
  #size = 0;

  constructor(scratch: ScratchBuffer) {
    this.#scratch = scratch;
  }

  /** Bytes waiting to be taken. */
  get size(): number {
    return this.#size;
  }

  /** One frame with this payload; from `largeSize` up it must not change any more. */
  frame(first: number, payload: Buffer): void {
    const length = payload.length;
    if (length >= largeSize) {
      this.#append(first, payload);
      return;
    }
    const buffer = this.#room(length + 10);
    const at = writeFrameHeader(buffer, this.#end, first, length);
    payload.copy(buffer, at);
    this.#advance(at + length);
  }

  /** One frame with the payload of a received message. */
  messageFrame(first: number, message: Message): void {
    const length = message.byteLength;
    if (length >= largeSize && message.owned) {
      this.#append(first, message.view());
      this.#retain(message.large);
      return;
    }
    const buffer = this.#room(length + 10);
    const at = writeFrameHeader(buffer, this.#end, first, length);
    this.#advance(message.copyTo(buffer, at));
  }

  /** One frame with a string as UTF-8; lone surrogates become U+FFFD. */
  textFrame(first: number, text: string): void {
    const buffer = this.#room(text.length + 10);
    // Most short texts are ASCII: written as such, and restarted if one is not.
    if (text.length < 64) {
      const start = writeFrameHeader(buffer, this.#end, first, text.length);
      let i = 0;
      for (; i < text.length; i += 1) {
        const unit = text.charCodeAt(i);
        if (unit > 0x7f) break;
        buffer[start + i] = unit;
      }
      if (i === text.length) {
        this.#advance(start + i);
        return;
      }
    }
    const length = Buffer.byteLength(text);
    const target = this.#room(length + headerSize(length));
    const at = writeFrameHeader(target, this.#end, first, length);
    target.write(text, at, length, 'utf8');
    this.#advance(at + length);
  }

  /** Bytes outside frames: the response to the handshake. */
  latin1(text: string): void {
    const buffer = this.#room(text.length);
    this.#advance(this.#end + buffer.write(text, this.#end, text.length, 'latin1'));
  }

  /** The waiting bytes of the last buffer, without taking them. */
  peek(): Buffer {
    return this.#place?.bytes.subarray(this.#start, this.#end) ?? Buffer.alloc(0);
  }

  /** All waiting bytes, in order. The caller reports with `written` whether they have left. */
  take(): Buffer[] {
    const taken = this.#before ?? [];
    if (this.#place !== undefined) {
      if (this.#end > this.#start) taken.push(this.#place.bytes.subarray(this.#start, this.#end));
      this.#borrow(this.#place);
    }
    this.#place = undefined;
    this.#before = undefined;
    this.#size = 0;
    if (this.#large !== undefined) {
      this.#leaving =
        this.#leaving === undefined ? this.#large : [...this.#leaving, ...this.#large];
      this.#large = undefined;
    }
    return taken;
  }

  /** @param left whether every taken byte has left, so that its memory may be reused */
  written(left: boolean): void {
    if (left) this.allLeft();
  }

  /** Everything taken earlier has left. */
  allLeft(): void {
    if (this.#borrowed !== undefined) {
      for (const place of this.#borrowed) this.#scratch.release(place);
      this.#borrowed = undefined;
    }
    if (this.#leaving === undefined) return;
    for (const memory of this.#leaving) memory.release();
    this.#leaving = undefined;
  }

  /** The connection is over: taken bytes will not be read any more, waiting ones will not leave. */
  release(): void {
    this.take();
    this.allLeft();
  }

  // The header has separate memory: a large payload takes time to leave, and would occupy the
  // scratch buffer meanwhile.
  #append(first: number, payload: Buffer): void {
    const header = Buffer.allocUnsafe(headerSize(payload.length));
    writeFrameHeader(header, 0, first, payload.length);
    this.#before ??= [];
    if (this.#place !== undefined && this.#end > this.#start) {
      this.#before.push(this.#place.bytes.subarray(this.#start, this.#end));
      this.#start = this.#end;
    }
    this.#before.push(header, payload);
    this.#size += header.length + payload.length;
  }

  #retain(memory: PooledBuffer | undefined): void {
    if (memory === undefined) return;
    memory.retain();
    this.#large ??= [];
    this.#large.push(memory);
  }

  #room(size: number): Buffer {
    const place = this.#place;
    if (place === undefined) return this.#begin(this.#scratch.acquire(size));
    if (place.end - this.#end >= size) return place.bytes;
    if (this.#end > this.#start) {
      this.#before ??= [];
      this.#before.push(place.bytes.subarray(this.#start, this.#end));
    }
    this.#borrow(place);
    const larger = Math.min((place.end - place.start) * 2, largestBuffer);
    return this.#begin(this.#scratch.acquire(Math.max(size, larger)));
  }

  #begin(place: Place): Buffer {
    this.#place = place;
    this.#start = place.start;
    this.#end = place.start;
    return place.bytes;
  }

  #borrow(place: Place): void {
    this.#borrowed ??= [];
    this.#borrowed.push(place);
  }

  #advance(end: number): void {
    this.#size += end - this.#end;
    this.#end = end;
  }
}
