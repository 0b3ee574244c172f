// Bytes on their way out. All frames sent while one chunk is read are laid one after the other into
// one buffer and leave in one write: on small pipelined messages that is five to eleven times
// cheaper than a write each. Large payloads are not copied but queued beside it.
import { headerSize, writeFrameHeader } from './frame.ts';
import type { Message } from './message.ts';

const arenaSize = 128 * 1024;
const smallestBuffer = 1024;

/** From this size a payload is queued as it is: a second write is cheaper than the copy. */
export const queuedAsIs = 64 * 1024;

/** A buffer that connections borrow in turn, as only one of them is being read at any moment. */
export class Arena {
  #buffer: Buffer | undefined;
  #lent = false;

  lend(size: number): Buffer {
    if (this.#lent || size > arenaSize) return Buffer.allocUnsafe(Math.max(size, smallestBuffer));
    this.#lent = true;
    this.#buffer ??= Buffer.allocUnsafeSlow(arenaSize);
    return this.#buffer;
  }

  /** @param reusable whether nothing refers to the buffer any more */
  takeBack(buffer: Buffer, reusable: boolean): void {
    if (buffer !== this.#buffer) return;
    this.#lent = false;
    if (!reusable) this.#buffer = undefined;
  }
}

/** The outgoing bytes of one connection, in order. */
export class Output {
  readonly #arena: Arena;
  #buffer: Buffer | undefined;
  #start = 0;
  #end = 0;
  #before: Buffer[] | undefined;
  #borrowed: Buffer[] | undefined;
  #size = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Bytes waiting to be taken. */
  get size(): number {
    return this.#size;
  }

  /** One frame whose payload lies in `payload`; from `queuedAsIs` on it must not change any more. */
  frame(first: number, payload: Buffer): void {
    const length = payload.length;
    if (length >= queuedAsIs) {
      this.#frameHeader(first, length);
      this.#append(payload);
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
    if (length >= queuedAsIs && message.owned) {
      this.#frameHeader(first, length);
      this.#append(message.view());
      return;
    }
    const buffer = this.#room(length + 10);
    const at = writeFrameHeader(buffer, this.#end, first, length);
    this.#advance(message.copyTo(buffer, at));
  }

  /** One frame with a string as UTF-8; lone surrogates become U+FFFD. */
  textFrame(first: number, text: string): void {
    const buffer = this.#room(text.length + 10);
    // Most short texts are ASCII: written as they are, and started over where one is not.
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

  /** Bytes that are not a frame: the response to the handshake. */
  latin1(text: string): void {
    const buffer = this.#room(text.length);
    this.#advance(this.#end + buffer.write(text, this.#end, text.length, 'latin1'));
  }

  /** A look at what waits in the last buffer, without taking it. */
  peek(): Buffer {
    return this.#buffer?.subarray(this.#start, this.#end) ?? Buffer.alloc(0);
  }

  /** Everything that waits, in order. The caller says with `written` what became of it. */
  take(): Buffer[] {
    const taken = this.#before ?? [];
    if (this.#buffer !== undefined) {
      if (this.#end > this.#start) taken.push(this.#buffer.subarray(this.#start, this.#end));
      this.#borrow(this.#buffer);
    }
    this.#buffer = undefined;
    this.#before = undefined;
    this.#size = 0;
    return taken;
  }

  /** @param reusable whether every byte taken has left, so that its memory may be used again */
  written(reusable: boolean): void {
    if (this.#borrowed === undefined) return;
    for (const buffer of this.#borrowed) this.#arena.takeBack(buffer, reusable);
    this.#borrowed = undefined;
  }

  #frameHeader(first: number, length: number): void {
    const buffer = this.#room(10);
    this.#advance(writeFrameHeader(buffer, this.#end, first, length));
  }

  #append(payload: Buffer): void {
    const buffer = this.#buffer!;
    this.#before ??= [];
    this.#before.push(buffer.subarray(this.#start, this.#end), payload);
    this.#start = this.#end;
    this.#size += payload.length;
  }

  #room(size: number): Buffer {
    if (this.#buffer !== undefined) {
      if (this.#buffer.length - this.#end >= size) return this.#buffer;
      if (this.#end > this.#start) {
        this.#before ??= [];
        this.#before.push(this.#buffer.subarray(this.#start, this.#end));
      }
      const next = Math.min(Math.max(size, this.#buffer.length * 2), Math.max(size, arenaSize));
      this.#borrow(this.#buffer);
      this.#buffer = this.#arena.lend(next);
    } else {
      this.#buffer = this.#arena.lend(size);
    }
    this.#start = 0;
    this.#end = 0;
    return this.#buffer;
  }

  #borrow(buffer: Buffer): void {
    this.#borrowed ??= [];
    this.#borrowed.push(buffer);
  }

  #advance(end: number): void {
    this.#size += end - this.#end;
    this.#end = end;
  }
}
