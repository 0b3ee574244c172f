/**
 * Messages from frames (RFC 6455 §5.4) and their contents from permessage-deflate (RFC 7692 §7.2.2).
 * Frames that belong to no message are left out; they stay visible as frames.
 */
import { isUtf8 } from 'node:buffer';
import { constants, inflateRawSync } from 'node:zlib';
import type { DeflateDirection } from './negotiation.ts';
import type { Side } from './timeline.ts';
import { opcodes, type ReadFrame } from './wire.ts';

/** A frame, who sent it, and when its last byte was seen (milliseconds since the connection). */
export interface ObservedFrame extends ReadFrame {
  readonly from: Side;
  readonly at: number;
}

/** A whole data message (§5.4). */
export interface Message {
  readonly from: Side;
  /** When the last frame was whole. */
  readonly at: number;
  readonly type: 'text' | 'binary';
  /** Control frames between them are not among them. */
  readonly frames: readonly ObservedFrame[];
  /** RSV1 of the first frame, where permessage-deflate was agreed. */
  readonly compressed: boolean;
  /** The frames' payloads joined, as they stood on the wire after unmasking. */
  readonly wirePayload: Uint8Array;
  /** What the application gets; undefined where it cannot be inflated. */
  readonly data: Uint8Array | undefined;
  /** Why it cannot be inflated. */
  readonly inflateFailure: string | undefined;
  /** It inflates to more than the recording has room for: what it says is not known. */
  readonly isTooLarge: boolean;
}

/** The text of a text message; undefined where it is not UTF-8 or not text (RFC 6455 §8.1). */
export function messageText(message: Message): string | undefined {
  const { data, type } = message;
  return type === 'text' && data && isUtf8(data) ? Buffer.from(data).toString('utf8') : undefined;
}

/** Joins the frames of one direction. */
export class MessageAssembler {
  readonly #inflater: Inflater | undefined;
  #frames: ObservedFrame[] = [];

  /** @param room octets that all messages together may inflate to */
  constructor(deflate: DeflateDirection | undefined, room?: number) {
    this.#inflater = deflate && new Inflater(deflate, room);
  }

  /** The message that this frame completes. */
  push(frame: ObservedFrame): Message | undefined {
    if (frame.opcode === opcodes.text || frame.opcode === opcodes.binary) this.#frames = [frame];
    else if (frame.opcode === opcodes.continuation && this.#frames.length > 0) {
      this.#frames.push(frame);
    } else return undefined;
    if (!frame.fin) return undefined;
    const frames = this.#frames;
    this.#frames = [];
    return this.#message(frames);
  }

  /** Frames of a message whose last frame has not come. */
  get unfinished(): readonly ObservedFrame[] {
    return this.#frames;
  }

  #message(frames: readonly ObservedFrame[]): Message {
    return new JoinedMessage(frames, this.#inflater);
  }
}

/** Nothing is joined or inflated until somebody looks; most look at one side only. */
class JoinedMessage implements Message {
  readonly from: Side;
  readonly at: number;
  readonly type: 'text' | 'binary';
  readonly frames: readonly ObservedFrame[];
  readonly compressed: boolean;
  readonly #inflate: (() => Inflated) | undefined;
  #joined: Uint8Array | undefined;

  constructor(frames: readonly ObservedFrame[], inflater: Inflater | undefined) {
    const first = frames[0]!;
    this.from = first.from;
    this.at = frames.at(-1)!.at;
    this.type = first.opcode === opcodes.text ? 'text' : 'binary';
    this.frames = frames;
    this.#inflate = first.rsv1 ? inflater?.inflateLater(() => this.wirePayload) : undefined;
    this.compressed = this.#inflate !== undefined;
  }

  get wirePayload(): Uint8Array {
    this.#joined ??=
      this.frames.length === 1
        ? this.frames[0]!.payload
        : Buffer.concat(this.frames.map(({ payload }) => payload));
    return this.#joined;
  }

  get data(): Uint8Array | undefined {
    return this.#inflate ? this.#inflate().data : this.wirePayload;
  }

  get inflateFailure(): string | undefined {
    return this.#inflate?.().inflateFailure;
  }

  get isTooLarge(): boolean {
    return this.#inflate?.().isTooLarge ?? false;
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

interface Inflated {
  readonly data: Uint8Array | undefined;
  readonly inflateFailure?: string;
  readonly isTooLarge?: true;
}

/** What is held of one message: half as much again as the largest case of the catalogue has. */
const maxInflated = 96 * 1024 * 1024;
/** What the messages of one direction may inflate to, if no limit is given. */
const defaultRoom = 256 * 1024 * 1024;
/** The output of zlib comes in pieces, each of which takes memory beside its octets. */
const maxPieces = 256 * 1024;
/** RFC 7692 §7.2.2: the sender took these four octets off. */
const tail = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

/**
 * Inflates the messages of one direction. The context of earlier messages is given to zlib as a
 * dictionary, which keeps this synchronous and makes one message's failure no one else's.
 */
export class Inflater {
  readonly #contextTakeover: boolean;
  readonly #windowBits: number;
  /** Octets of output that are left; what exceeds them is as if nothing had room any more. */
  #room: number;
  #window: Buffer = Buffer.alloc(0);
  /** In order; each is made once, and not before those in front of it. */
  #waiting: (() => Inflated)[] = [];

  /** @param room octets that all messages together may inflate to */
  constructor({ contextTakeover, windowBits }: DeflateDirection, room = defaultRoom) {
    this.#contextTakeover = contextTakeover;
    this.#windowBits = windowBits;
    this.#room = room;
  }

  /** @returns what inflates it, and those before it, at the first call */
  inflateLater(payload: () => Uint8Array): () => Inflated {
    const inflated = lazily(() => this.inflate(payload()));
    this.#waiting.push(inflated);
    return () => {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const inflateNext of waiting) inflateNext();
      return inflated();
    };
  }

  inflate(payload: Uint8Array): Inflated {
    let rest: Buffer = Buffer.concat([payload, tail]);
    let window = this.#window;
    const parts: Buffer[] = [];
    const most = Math.min(maxInflated, this.#room);
    let size = 0;
    try {
      // RFC 7692 §7.2.3.4: a block with BFINAL set ends zlib's stream, and more blocks may follow.
      while (rest.length > 0) {
        const { output, consumed } = this.#inflateOnce(rest, window, Math.max(1, most - size));
        parts.push(output);
        size += output.length;
        window = lastOf(window, output, 1 << this.#windowBits);
        // At least one octet, so that the loop ends whatever zlib reports.
        rest = rest.subarray(Math.max(1, consumed));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        this.#room = 1;
        return { data: undefined, isTooLarge: true };
      }
      return { data: undefined, inflateFailure: (error as Error).message };
    }
    this.#room = Math.max(1, this.#room - size);
    if (this.#contextTakeover) this.#window = window;
    return { data: parts.length === 1 ? parts[0]! : Buffer.concat(parts) };
  }

  /**
   * zlib minds the window only between its calls: inside one, all of the output can be referred to.
   * So the output is taken in pieces that are small beside the window that was agreed on.
   */
  #inflateOnce(
    bytes: Buffer,
    dictionary: Buffer,
    maxOutputLength: number,
  ): { output: Buffer; consumed: number } {
    const windowBits = this.#windowBits;
    const chunkSize = windowBits < 15 ? Math.max(64, 1 << (windowBits - 1)) : roomFor(bytes);
    const { buffer, engine } = inflateRawSync(bytes, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: Math.min(maxOutputLength, chunkSize * maxPieces),
      info: true,
      windowBits,
      chunkSize,
      ...(dictionary.length > 0 && { dictionary }),
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return { output: buffer, consumed: engine.bytesWritten };
  }
}

/** In how large pieces the output is taken where their size does not matter: fewer cost less. */
function roomFor({ length }: Buffer): number {
  return Math.min(256 * 1024, Math.max(4096, 4 * length));
}

function lastOf(window: Buffer, output: Buffer, size: number): Buffer {
  if (output.length >= size) return Buffer.from(output.subarray(-size));
  return Buffer.concat([window.subarray(-(size - output.length)), output]);
}
