import { Buffer } from 'node:buffer';
import { constants, inflateRawSync } from 'node:zlib';

export interface Reply {
  readonly opcode: number;
  readonly compressed: boolean;
  readonly payload: Buffer;
}

const windowBytes = 32 * 1024;
const syncFlushTail = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/**
 * Parses a server's byte stream into whole messages, inflated. It belongs to the verification pass
 * and need not be fast. Throws an Error that names what is wrong with the stream.
 */
export class ReplyReader {
  #pending = Buffer.alloc(0);
  #fragments: Buffer[] = [];
  #opcode = 0;
  #compressed = false;
  /** The last inflated bytes, to which a server with context takeover refers. */
  #window = Buffer.alloc(0);

  read(chunk: Uint8Array): Reply[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const replies: Reply[] = [];
    for (;;) {
      const frame = firstFrame(this.#pending);
      if (!frame) return replies;
      this.#pending = this.#pending.subarray(frame.end);
      const reply = this.#take(frame);
      if (reply) replies.push(reply);
    }
  }

  #take(frame: Frame): Reply | undefined {
    if (frame.masked) throw new Error('the server masked a frame (RFC 6455 §5.1)');
    if (frame.opcode === 8) throw new Error(`the server sent Close: ${closeReason(frame.payload)}`);
    if (frame.opcode > 8) return undefined;
    if (frame.opcode !== 0) {
      if (this.#fragments.length > 0) throw new Error('a new message inside an unfinished one');
      this.#opcode = frame.opcode;
      this.#compressed = frame.rsv1;
    }
    this.#fragments.push(Buffer.from(frame.payload));
    if (!frame.fin) return undefined;
    const body = Buffer.concat(this.#fragments);
    this.#fragments = [];
    const payload = this.#compressed ? this.#inflate(body) : body;
    return { opcode: this.#opcode, compressed: this.#compressed, payload };
  }

  #inflate(body: Buffer): Buffer {
    const payload = inflateRawSync(Buffer.concat([body, syncFlushTail]), {
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
    });
    this.#window = Buffer.concat([this.#window, payload]).subarray(-windowBytes);
    return payload;
  }
}

interface Frame {
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
  readonly end: number;
}

function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const start = 2 + (short < 126 ? 0 : short === 126 ? 2 : 8) + (bytes[1]! & 0x80 ? 4 : 0);
  if (bytes.length < start) return undefined;
  const size =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + size) return undefined;
  return {
    fin: (bytes[0]! & 0x80) !== 0,
    rsv1: (bytes[0]! & 0x40) !== 0,
    opcode: bytes[0]! & 0x0f,
    masked: (bytes[1]! & 0x80) !== 0,
    payload: bytes.subarray(start, start + size),
    end: start + size,
  };
}

function closeReason(payload: Buffer): string {
  if (payload.length < 2) return 'no code';
  return `${payload.readUInt16BE(0)} ${payload.subarray(2).toString()}`.trim();
}
