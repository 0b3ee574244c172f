/** The opcodes that RFC 6455 defines (§5.2). */
export const opcodes = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** Which of the three length fields is used (RFC 6455 §5.2: the minimal one is required). */
export type LengthForm = 7 | 16 | 64;

/** The header of a frame (§5.2). */
export interface FrameFields {
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly rsv2: boolean;
  readonly rsv3: boolean;
  /** 0 to 15. */
  readonly opcode: number;
  /** Four bytes, or undefined for an unmasked frame. */
  readonly maskKey: Uint8Array | undefined;
  readonly lengthForm: LengthForm;
  /** What the length field says; with a lying header it differs from the payload's. */
  readonly declaredLength: bigint;
}

export interface FrameToWrite extends Partial<FrameFields> {
  readonly opcode: number;
  /** Before masking. */
  readonly payload: Uint8Array;
}

/** A frame as it was read. */
export interface ReadFrame extends FrameFields {
  /** Index of the first header byte in the stream of its side. */
  readonly offset: number;
  /** 2 to 14 bytes. */
  readonly headerLength: number;
  /** After unmasking; shorter than declared when the stream ended first. */
  readonly payload: Uint8Array;
  /** False when the stream ended inside the frame. */
  readonly complete: boolean;
}

export function minimalLengthForm(length: bigint): LengthForm {
  return length < 126n ? 7 : length < 65_536n ? 16 : 64;
}

/** Writes one frame exactly as given; what is left out is what a correct sender would choose. */
export function writeFrame(frame: FrameToWrite): Buffer {
  const declared = frame.declaredLength ?? BigInt(frame.payload.length);
  const form = frame.lengthForm ?? minimalLengthForm(declared);
  const extended = form === 7 ? 0 : form === 16 ? 2 : 8;
  const mask = frame.maskKey;
  const head = 2 + extended;
  const bytes = Buffer.allocUnsafe(head + (mask ? 4 : 0) + frame.payload.length);
  bytes[0] =
    (frame.fin === false ? 0 : 0x80) |
    (frame.rsv1 ? 0x40 : 0) |
    (frame.rsv2 ? 0x20 : 0) |
    (frame.rsv3 ? 0x10 : 0) |
    (frame.opcode & 0x0f);
  bytes[1] = (mask ? 0x80 : 0) | (form === 7 ? Number(declared & 0x7fn) : form === 16 ? 126 : 127);
  if (form === 16) bytes.writeUInt16BE(Number(declared & 0xffffn), 2);
  if (form === 64) bytes.writeBigUInt64BE(declared & 0xffff_ffff_ffff_ffffn, 2);
  if (mask) bytes.set(mask, head);
  const start = bytes.length - frame.payload.length;
  bytes.set(frame.payload, start);
  if (mask) applyMask(bytes.subarray(start), mask);
  return bytes;
}

/** XORs in place with the four-byte key (RFC 6455 §5.3); doing it twice undoes it. */
export function applyMask(bytes: Uint8Array, key: Uint8Array): void {
  if (key.every((octet) => octet === 0)) return;
  const head = bytes.length < worthWords ? bytes.length : -bytes.byteOffset & 3;
  const count = (bytes.length - head) >> 2;
  maskOctets(bytes, key, 0, head);
  if (count > 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + head, count);
    const keyFromHead = Uint8Array.from(key, (_, index) => key[(head + index) & 3]!);
    const word = new Uint32Array(keyFromHead.buffer)[0]!;
    for (let index = 0; index < count; index += 1) words[index]! ^= word;
  }
  maskOctets(bytes, key, head + count * 4, bytes.length);
}

/** From this many octets on, four at a time are faster. */
const worthWords = 64;

function maskOctets(bytes: Uint8Array, key: Uint8Array, start: number, end: number): void {
  for (let index = start; index < end; index += 1) bytes[index]! ^= key[index & 3]!;
}

interface Header extends FrameFields {
  readonly headerLength: number;
}

/** The header at `start`, or undefined while it is incomplete. */
function readHeader(bytes: Uint8Array, start = 0): Header | undefined {
  if (bytes.length - start < 2) return undefined;
  const first = bytes[start]!;
  const second = bytes[start + 1]!;
  const short = second & 0x7f;
  const lengthForm = short < 126 ? 7 : short === 126 ? 16 : 64;
  const lengthEnd = 2 + (lengthForm === 7 ? 0 : lengthForm === 16 ? 2 : 8);
  const masked = (second & 0x80) !== 0;
  const headerLength = lengthEnd + (masked ? 4 : 0);
  if (bytes.length - start < headerLength) return undefined;
  return {
    fin: (first & 0x80) !== 0,
    rsv1: (first & 0x40) !== 0,
    rsv2: (first & 0x20) !== 0,
    rsv3: (first & 0x10) !== 0,
    opcode: first & 0x0f,
    maskKey: masked ? bytes.slice(start + lengthEnd, start + headerLength) : undefined,
    lengthForm,
    declaredLength: lengthForm === 7 ? BigInt(short) : readLength(bytes, start + 2, lengthForm),
    headerLength,
  };
}

function readLength(bytes: Uint8Array, start: number, form: 16 | 64): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  return form === 16 ? BigInt(view.getUint16(0)) : view.getBigUint64(0);
}

/**
 * Reads frames from one side's stream, however it is cut. Bytes are kept in chunks until a frame
 * is whole, so a large frame in small segments costs one copy, not one per segment.
 */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #offset: number;
  /** No frame can be complete before this many bytes are buffered. */
  #needed = 2;

  /** @param offset index in the side's stream of the first byte that will be pushed */
  constructor(offset = 0) {
    this.#offset = offset;
  }

  /** Index in the side's stream of the first byte that belongs to no whole frame yet. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether every byte so far belongs to a whole frame. */
  get isBetweenFrames(): boolean {
    return this.#buffered === 0;
  }

  /** Frames completed by these bytes, in order. */
  push(bytes: Uint8Array): ReadFrame[] {
    this.#chunks.push(bytes);
    this.#buffered += bytes.length;
    const frames: ReadFrame[] = [];
    if (this.#buffered < this.#needed) return frames;
    const all: Uint8Array = this.#chunks.length === 1 ? bytes : Buffer.concat(this.#chunks);
    let start = 0;
    for (;;) {
      const header = readHeader(all, start);
      if (!header) {
        this.#needed = all.length - start + 1;
        break;
      }
      const length = BigInt(header.headerLength) + header.declaredLength;
      if (BigInt(all.length - start) < length) {
        this.#needed = Number(length);
        break;
      }
      frames.push(this.#take(header, all.subarray(start, start + Number(length))));
      start += Number(length);
      this.#needed = 2;
    }
    this.#chunks = start < all.length ? [all.subarray(start)] : [];
    this.#buffered = all.length - start;
    return frames;
  }

  /** What an ended stream left behind: a cut frame, or header bytes too few to read. */
  rest(): { readonly frame?: ReadFrame; readonly bytes: Uint8Array; readonly offset: number } {
    const bytes = Buffer.concat(this.#chunks);
    const header = readHeader(bytes);
    const offset = this.#offset;
    return header ? { frame: this.#frame(header, bytes, false), bytes, offset } : { bytes, offset };
  }

  #take(header: Header, bytes: Uint8Array): ReadFrame {
    const frame = this.#frame(header, bytes, true);
    this.#offset += bytes.length;
    return frame;
  }

  #frame(header: Header, bytes: Uint8Array, complete: boolean): ReadFrame {
    return Object.assign(new FrameOnWire(bytes.subarray(header.headerLength), header.maskKey), {
      ...header,
      offset: this.#offset,
      complete,
    });
  }
}

/** Unmasked when somebody looks: large frames of the peer's own are rarely looked into. */
class FrameOnWire {
  readonly #wire: Uint8Array;
  readonly #maskKey: Uint8Array | undefined;
  #payload: Uint8Array | undefined;

  constructor(wire: Uint8Array, maskKey: Uint8Array | undefined) {
    this.#wire = wire;
    this.#maskKey = maskKey;
  }

  get payload(): Uint8Array {
    this.#payload ??= unmask(this.#wire, this.#maskKey);
    return this.#payload;
  }
}

function unmask(wire: Uint8Array, key: Uint8Array | undefined): Uint8Array {
  if (!key) return wire;
  const payload = Uint8Array.prototype.slice.call(wire);
  applyMask(payload, key);
  return payload;
}
