/**
 * The memory in which all connections of a server work, one after the other: the latest read at the
 * front, and after it slices for outgoing frames.
 *
 * It is a single buffer because `copyWithin` then needs no view of its source (passing on 125 bytes
 * takes 20 ns instead of 75), and one that masking-simd.ts can work in.
 */
import { simdMemory } from './masking-simd.ts';

const inputSize = 128 * 1024;
const placeSize = 128 * 1024;
/** A slow reader keeps its slice; the system backs no memory that is never touched. */
const placeCount = 64;
const scratchBufferSize = inputSize + placeCount * placeSize;
const smallestBuffer = 1024;

/** The slice in which one connection gathers its frames: `bytes[start, end)`. */
export interface Place {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export class ScratchBuffer {
  readonly memory: Buffer;
  /** The front of `memory`, to be read into. */
  readonly input: Buffer;
  readonly #free: Place[] = [];

  /** @param memory may come from simdMemory; otherwise plain memory is allocated */
  constructor(memory: Buffer = Buffer.allocUnsafeSlow(scratchBufferSize)) {
    this.memory = memory;
    this.input = memory.subarray(0, inputSize);
    for (let start = scratchBufferSize - placeSize; start >= inputSize; start -= placeSize) {
      this.#free.push({ bytes: memory, start, end: start + placeSize });
    }
  }

  /** Room for `size` bytes: a slice of `memory`, or separate memory if all slices are taken. */
  acquire(size: number): Place {
    const place = size <= placeSize ? this.#free.pop() : undefined;
    if (place !== undefined) return place;
    const bytes = Buffer.allocUnsafe(Math.max(size, smallestBuffer));
    return { bytes, start: 0, end: bytes.length };
  }

  /** Nothing refers to the slice any more. */
  release(place: Place): void {
    if (place.bytes === this.memory) this.#free.push(place);
  }
}

/** A scratch buffer for a server, with fast unmasking if available. */
export function fastScratchBuffer(): ScratchBuffer {
  return new ScratchBuffer(simdMemory(scratchBufferSize));
}
