/**
 * Frames in, messages and control frames out: one clear loop over the bytes of a read. RFC 6455 §5.
 *
 * A message that is complete within the chunk is unmasked in place and handed out from there; only
 * a message cut by the chunk's end, or sent in fragments, is gathered in separate memory.
 */

import { type BufferPool, largeSize, type PooledBuffer } from './buffer-pool.ts';
import type { Compression } from './deflate.ts';
import {
  FrameHeader,
  incomplete,
  longestHeader,
  malformed,
  opcodes,
  readFrameHeader,
} from './frame.ts';
import { unmask } from './masking.ts';
import type { Message } from './message.ts';
import { advanceUtf8, utf8Invalid, utf8Start } from './utf8.ts';
import { type Failure, failures } from './violations.ts';

export interface MessageLimits {
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
}

/** A ping, pong or Close frame; its payload is a copy. */
export interface ControlFrame {
  readonly type: 'control';
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The header of a frame that was received or sent. */
export interface FrameSeen {
  readonly direction: 'received' | 'sent';
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly opcode: number;
  readonly length: number;
}

/** A compressed message to inflate in a thread; nothing is read until `inflated` is called. */
export interface CompressedMessage {
  readonly type: 'compressed';
  readonly payload: Buffer;
}

const nothing: Buffer = Buffer.alloc(0);
const header = new FrameHeader();

export class Receiver {
  readonly #limits: MessageLimits;
  readonly #message: Message;
  readonly #pool: BufferPool;
  /** Set when permessage-deflate was negotiated. */
  compression: Compression | undefined;
  /** Set when an observer is attached. */
  onFrame: ((frame: FrameSeen) => void) | undefined;

  #bytes = nothing;
  #at = 0;
  #end = 0;

  // A header cut by the end of a chunk.
  #carry: Buffer | undefined;
  #carried = 0;

  // The frame whose payload is arriving; #missing is -1 between frames.
  #missing = -1;
  #opcode = 0;
  #fin = false;
  #key = 0;
  #phase = 0;
  #control = nothing;

  #waiting = false;
  #text = false;

  // The message being gathered; #kind is 0 between messages.
  #kind = 0;
  #compressed = false;
  #fragments = 0;
  #utf8 = utf8Start;
  #ascii = true;
  #gathered = nothing;
  /** The pooled buffer of the gathered bytes, if they are large. */
  #large: PooledBuffer | undefined;
  #size = 0;

  constructor(limits: MessageLimits, message: Message, pool: BufferPool) {
    this.#limits = limits;
    this.#pool = pool;
    this.#message = message;
  }

  /** Gives bytes[start, end) to read; they are unmasked in place. */
  push(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** The unread rest of the bytes given, copied, so that their memory may be reused. */
  takeRest(): Buffer {
    const rest = Buffer.copyBytesFrom(this.#bytes, this.#at, this.#end - this.#at);
    this.#at = this.#end;
    this.#bytes = nothing;
    return rest;
  }

  /** The next message, control frame or failure; undefined when all bytes are used. */
  next(): Message | CompressedMessage | ControlFrame | Failure | undefined {
    if (this.#waiting) return undefined;
    while (true) {
      if (this.#missing < 0) {
        const size = this.#readHeader();
        if (size === incomplete) return undefined;
        if (size === malformed) return header.failure;
        const { length, opcode } = header;
        const data = opcode < opcodes.close;
        const failure = data ? this.#startDataFrame() : undefined;
        if (failure !== undefined) return failure;
        if (this.onFrame !== undefined) this.#show();

        // The fast path: the whole message is in the chunk.
        if (data && header.fin && this.#fragments === 1 && length <= this.#end - this.#at) {
          const start = this.#at;
          this.#at = start + length;
          const ascii = unmask(this.#bytes, start, this.#at, header.key, 0);
          return this.#finishMessage(this.#bytes, start, this.#at, ascii, false);
        }
        this.#missing = length;
        this.#opcode = opcode;
        this.#fin = header.fin;
        this.#key = header.key;
        this.#phase = 0;
        if (!data) this.#control = Buffer.allocUnsafe(length);
      }

      const size = Math.min(this.#missing, this.#end - this.#at);
      // RFC 6455 §5.4: a control frame may occur between the fragments of a message.
      if (this.#opcode >= opcodes.close) {
        unmask(this.#bytes, this.#at, this.#at + size, this.#key, this.#phase);
        this.#bytes.copy(this.#control, this.#phase, this.#at, this.#at + size);
        this.#advance(size);
        if (this.#missing > 0) return undefined;
        this.#missing = -1;
        return { type: 'control', opcode: this.#opcode, payload: this.#control };
      }

      // Invalid text fails at once, not when its frame is complete.
      if (!this.#gather(size)) return failures['invalid-utf8'];
      if (this.#missing > 0) return undefined;
      this.#missing = -1;
      if (this.#fin) {
        return this.#finishMessage(this.#gathered, 0, this.#size, this.#ascii, true);
      }
    }
  }

  #show(): void {
    const { fin, rsv1, opcode, length } = header;
    this.onFrame!({ direction: 'received', fin, rsv1, opcode, length });
  }

  #readHeader(): number {
    const rsv1Allowed = this.compression !== undefined;
    if (this.#carried === 0) {
      const size = readFrameHeader(header, this.#bytes, this.#at, this.#end, rsv1Allowed);
      if (size !== incomplete) {
        this.#at += size;
        return size;
      }
    }
    // The header is cut: its bytes are carried over, one by one until it is whole.
    while (this.#at < this.#end) {
      this.#carry ??= Buffer.allocUnsafe(longestHeader);
      this.#carry[this.#carried++] = this.#bytes[this.#at++]!;
      const size = readFrameHeader(header, this.#carry, 0, this.#carried, rsv1Allowed);
      if (size !== incomplete) {
        this.#carried = 0;
        return size;
      }
    }
    this.#bytes = nothing;
    return incomplete;
  }

  /** RFC 6455 §5.4: the order of data frames; and the limits, before any byte is kept. */
  #startDataFrame(): Failure | undefined {
    const continues = header.opcode === opcodes.continuation;
    if (continues && this.#kind === 0) return failures['unexpected-continuation'];
    if (!continues) {
      if (this.#kind !== 0) return failures['interleaved-message'];
      this.#kind = header.opcode;
      this.#compressed = header.rsv1;
      this.#fragments = 0;
      this.#size = 0;
      this.#utf8 = utf8Start;
      this.#ascii = true;
    }
    this.#fragments += 1;
    if (this.#fragments > this.#limits.maxFragments) return failures['too-many-fragments'];
    const limit = this.#compressed
      ? compressedLimit(this.#limits.maxMessageBytes)
      : this.#limits.maxMessageBytes;
    return this.#size + header.length > limit ? failures['message-too-big'] : undefined;
  }

  /** Keeps the next bytes of a data frame; false if they cannot be UTF-8. */
  #gather(size: number): boolean {
    const start = this.#size;
    const end = start + size;
    // Unmasked where it was read: that memory is in the cache and suits masking-simd.ts.
    const ascii = unmask(this.#bytes, this.#at, this.#at + size, this.#key, this.#phase);
    this.#makeRoom(end);
    this.#bytes.copy(this.#gathered, start, this.#at, this.#at + size);
    this.#size = end;
    this.#advance(size);
    if (this.#kind !== opcodes.text || this.#compressed) return true;
    if (!ascii) this.#ascii = false;
    if (ascii && this.#utf8 === utf8Start) return true;
    this.#utf8 = advanceUtf8(this.#utf8, this.#gathered, start, end);
    return this.#utf8 !== utf8Invalid;
  }

  // A declared length is only a claim: its memory is allocated when a sixteenth has arrived.
  #makeRoom(size: number): void {
    if (size <= this.#gathered.length) return;
    const declared = this.#size + this.#missing;
    const believed = declared <= Math.max(size * 16, 4096) ? declared : size * 2;
    const room = this.#fin ? believed : Math.max(believed, size * 2);
    const before = this.#large;
    this.#large = room < largeSize ? undefined : this.#pool.take(room);
    const grown = this.#large?.bytes ?? Buffer.allocUnsafeSlow(room);
    this.#gathered.copy(grown, 0, 0, this.#size);
    this.#gathered = grown;
    before?.release();
  }

  #advance(size: number): void {
    this.#at += size;
    this.#phase += size;
    this.#missing -= size;
  }

  #finishMessage(
    bytes: Buffer,
    start: number,
    end: number,
    ascii: boolean,
    gathered: boolean,
  ): Message | CompressedMessage | Failure {
    const text = this.#kind === opcodes.text;
    const large = this.#large;
    this.#kind = 0;
    this.#gathered = nothing;
    this.#large = undefined;
    // RFC 7692 §6.2: all fragments of a message are inflated as one, if the first has RSV1 set.
    if (this.#compressed) {
      const inflated = this.compression!.inflate(bytes, start, end);
      if (inflated !== 'later') return this.#inflated(text, inflated, false);
      this.#waiting = true;
      this.#text = text;
      const payload = bytes.subarray(start, end);
      return { type: 'compressed', payload: gathered ? payload : Buffer.from(payload) };
    }
    // RFC 6455 §8.1: text is UTF-8, and a message does not end inside a character.
    if (text && gathered && this.#utf8 !== utf8Start) return failures['invalid-utf8'];
    if (text && !gathered && !ascii && advanceUtf8(utf8Start, bytes, start, end) !== utf8Start) {
      return failures['invalid-utf8'];
    }
    if (large !== undefined) return this.#message.setLarge(text, large, end, ascii);
    return this.#message.set(text, bytes, start, end, ascii, gathered);
  }

  /** The `CompressedMessage`, inflated. */
  inflated(result: Buffer | Failure): Message | Failure {
    this.#waiting = false;
    return this.#inflated(this.#text, result, true);
  }

  #inflated(text: boolean, result: Buffer | Failure, owned: boolean): Message | Failure {
    if (!Buffer.isBuffer(result)) return result;
    // RFC 6455 §8.1 applies to the inflated message (RFC 7692 §7.2.2).
    if (text && advanceUtf8(utf8Start, result, 0, result.length) !== utf8Start) {
      return failures['invalid-utf8'];
    }
    return this.#message.set(text, result, 0, result.length, false, owned);
  }
}

// A DEFLATE stream may be longer than its content, by the headers of its stored blocks.
function compressedLimit(maxMessageBytes: number): number {
  return maxMessageBytes + Math.ceil(maxMessageBytes / 1024) + 64;
}
