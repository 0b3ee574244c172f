/**
 * One message in, one DEFLATE stream out, and back. RFC 7692 §7.2, RFC 1951.
 *
 * Every call is complete in itself: the context of earlier messages is passed in as a dictionary. So
 * no connection keeps a zlib state (254 KiB for both directions); all use the same one.
 *
 * `node:zlib` creates such a state for every call. `openSharedCodec` keeps one and resets it, which
 * takes a third to a half of the time (1 KiB of JSON, Node 20: 8 + 3 us instead of 15 + 7). For
 * that it reaches below the public API, to `_handle` and `_writeState`, unchanged since Node 10; if
 * they are not as expected, it uses the public API.
 */
import {
  constants,
  createDeflateRaw,
  createInflateRaw,
  deflateRawSync,
  inflateRawSync,
} from 'node:zlib';
import { type Failure, failures } from './violations.ts';

/** RFC 7692 §7.2.1: the end of a flush, which the sender removes and the receiver puts back. */
export const flushTail = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** zlib's parameters: a window of 2^windowBits bytes, 8-15; a level from 1 (fast) to 9 (small). */
export interface Effort {
  readonly windowBits: number;
  readonly level: number;
}

export interface RawDeflateCodec {
  /** Compresses one message, without the tail. The result is valid until the next call. */
  deflate(payload: Buffer, effort: Effort, dictionary?: Buffer): Buffer;
  /** Inflates one message, given without the tail; the result is valid until the next call. */
  inflate(
    bytes: Buffer,
    start: number,
    end: number,
    maxBytes: number,
    dictionary?: Buffer,
  ): Buffer | Failure;
}

/**
 * zlib's parameters for compressing one message.
 *
 * zlib cannot create a raw stream with a window of 2^8 bytes, so 2^9 is used: zlib keeps 262 bytes
 * of the window in reserve (MIN_LOOKAHEAD), so with 512 no distance exceeds 250, and a receiver
 * with 256 bytes can follow (RFC 7692 §7.1.2.1 asks for no more).
 */
export function deflateOptions({ windowBits, level }: Effort, dictionary?: Buffer) {
  return {
    level,
    windowBits: Math.max(windowBits, 9),
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary && { dictionary }),
  };
}

export function inflateOptions(maxBytes: number, dictionary?: Buffer) {
  return {
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: Math.max(maxBytes, 1),
    info: true,
    ...(dictionary && { dictionary }),
  };
}

/** Removes the tail of the flush. RFC 7692 §7.2.3.6: an empty message is one empty block. */
export function withoutTail(deflated: Buffer): Buffer {
  return deflated.subarray(0, deflated.length - flushTail.length);
}

/** How often a message may end its DEFLATE stream and start another: see `inflateStreams`. */
export const maxStreams = 64;

// RFC 7692 §7.2.3.4: a sender may end the stream inside a message (BFINAL). zlib stops there; the
// rest is a new stream that may refer to the earlier output. Their number is limited, as each costs
// a new state and takes only two bytes.
function inflateStreams(input: Buffer, maxBytes: number, dictionary?: Buffer): Buffer | Failure {
  const outputs: Buffer[] = [];
  let output = dictionary ?? Buffer.alloc(0);
  let size = 0;
  let at = 0;
  for (let streams = 0; streams < maxStreams; streams += 1) {
    // A dictionary must not be empty, and zlib uses only its last 32 KiB.
    const known = output.length > 0 ? output.subarray(-32768) : undefined;
    const options = inflateOptions(maxBytes - size, known);
    const result = inflateRawSync(input.subarray(at), options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    size += result.buffer.length;
    if (size > maxBytes) return failures['message-too-big'];
    outputs.push(result.buffer);
    at += result.engine.bytesWritten;
    if (input.length - at <= flushTail.length) return Buffer.concat(outputs);
    output = Buffer.concat([output, result.buffer]);
  }
  return failures['too-many-deflate-streams'];
}

/** What a zlib error means for the connection. */
export function inflateFailure(error: unknown): Failure {
  const { code } = error as { code?: string };
  return code === 'ERR_BUFFER_TOO_LARGE'
    ? failures['message-too-big']
    : failures['invalid-deflate-data'];
}

/** On the public API of `node:zlib`. */
export const publicCodec: RawDeflateCodec = {
  deflate(payload, effort, dictionary) {
    return withoutTail(deflateRawSync(payload, deflateOptions(effort, dictionary)));
  },
  inflate(bytes, start, end, maxBytes, dictionary) {
    const input = Buffer.concat([bytes.subarray(start, end), flushTail]);
    try {
      return inflateStreams(input, maxBytes, dictionary);
    } catch (error) {
      return inflateFailure(error);
    }
  },
};

interface Engine {
  readonly _handle: {
    onerror: (message: string) => void;
    reset(): void;
    writeSync(
      flush: number,
      input: Buffer,
      inputAt: number,
      inputSize: number,
      output: Buffer,
      outputAt: number,
      outputSize: number,
    ): void;
  };
  /** Output room left, input left. */
  readonly _writeState: Uint32Array;
}

type EngineMaker = (options: { windowBits: number }) => Engine;

/** Uses one zlib state for all messages without a dictionary; the public codec if that fails. */
export function openSharedCodec(
  makeDeflate: (options: object) => unknown = createDeflateRaw,
  makeInflate: (options: object) => unknown = createInflateRaw,
): RawDeflateCodec {
  const codec = new SharedCodec(makeDeflate as EngineMaker, makeInflate as EngineMaker);
  const probe = Buffer.from('probe, probe, probe');
  try {
    const deflated = Buffer.from(codec.deflate(probe, { windowBits: 15, level: 3 }));
    const inflated = codec.inflate(deflated, 0, deflated.length, probe.length);
    return Buffer.isBuffer(inflated) && inflated.equals(probe) ? codec : publicCodec;
  } catch {
    return publicCodec;
  }
}

const firstOutputSize = 16 * 1024;
const keptOutputSize = 1024 * 1024;

/** The output of one state, reused: a message may be compressed from the other's output. */
class Scratch {
  bytes = Buffer.allocUnsafeSlow(firstOutputSize);
  size = 0;
  failed = false;

  /** Writes until the input is used, the limit is passed or the stream has ended. */
  write(
    { _handle, _writeState }: Engine,
    flush: number,
    input: Buffer,
    start: number,
    end: number,
    maxBytes: number,
  ): number {
    let at = start;
    while (!this.failed && this.size <= maxBytes) {
      const room = this.bytes.length - this.size;
      _handle.writeSync(flush, input, at, end - at, this.bytes, this.size, room);
      const roomLeft = _writeState[0]!;
      at = end - _writeState[1]!;
      this.size += room - roomLeft;
      if (roomLeft > 0) break;
      this.#grow();
    }
    return end - at;
  }

  result(): Buffer {
    const result = this.bytes.subarray(0, this.size);
    // Memory for one large message is not kept for small ones.
    if (this.bytes.length > keptOutputSize) this.bytes = Buffer.allocUnsafeSlow(firstOutputSize);
    return result;
  }

  #grow(): void {
    const grown = Buffer.allocUnsafeSlow(this.bytes.length * 2);
    this.bytes.copy(grown, 0, 0, this.size);
    this.bytes = grown;
  }
}

class SharedCodec implements RawDeflateCodec {
  readonly #makeDeflate: EngineMaker;
  readonly #makeInflate: EngineMaker;
  readonly #deflaters = new Map<number, Engine>();
  readonly #deflated = new Scratch();
  #inflater: Engine | undefined;
  readonly #inflated = new Scratch();

  constructor(makeDeflate: EngineMaker, makeInflate: EngineMaker) {
    this.#makeDeflate = makeDeflate;
    this.#makeInflate = makeInflate;
  }

  deflate(payload: Buffer, effort: Effort, dictionary?: Buffer): Buffer {
    if (dictionary !== undefined) return publicCodec.deflate(payload, effort, dictionary);
    const key = effort.windowBits * 10 + effort.level;
    let engine = this.#deflaters.get(key);
    if (engine === undefined) {
      engine = this.#makeDeflate(deflateOptions(effort));
      this.#deflaters.set(key, engine);
    }
    const scratch = start(engine, this.#deflated);
    scratch.write(engine, constants.Z_SYNC_FLUSH, payload, 0, payload.length, Infinity);
    return withoutTail(scratch.result());
  }

  inflate(
    bytes: Buffer,
    from: number,
    to: number,
    maxBytes: number,
    dictionary?: Buffer,
  ): Buffer | Failure {
    if (dictionary !== undefined) return publicCodec.inflate(bytes, from, to, maxBytes, dictionary);
    if (this.#inflater === undefined) {
      this.#inflater = this.#makeInflate({ windowBits: 15 });
      this.#inflater._handle.onerror = () => {
        this.#inflated.failed = true;
      };
    }
    const engine = this.#inflater;
    const scratch = start(engine, this.#inflated);
    const left = scratch.write(engine, constants.Z_NO_FLUSH, bytes, from, to, maxBytes);
    scratch.write(engine, constants.Z_SYNC_FLUSH, flushTail, 0, flushTail.length, maxBytes);
    if (scratch.size > maxBytes) return failures['message-too-big'];
    if (scratch.failed) return failures['invalid-deflate-data'];
    // The stream ended before the message did: rare, and left to code that can start another stream.
    if (left > 0) return publicCodec.inflate(bytes, from, to, maxBytes);
    return scratch.result();
  }
}

function start(engine: Engine, scratch: Scratch): Scratch {
  engine._handle.reset();
  scratch.size = 0;
  scratch.failed = false;
  return scratch;
}

export const codec: RawDeflateCodec = openSharedCodec();
