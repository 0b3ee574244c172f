// The memory that all connections of a server work in, one after the other: at the front what was
// just read, behind it places for the frames that will leave.
//
// All is in one buffer as `copyWithin` needs no view of its source (passing 125 bytes on takes 20 ns
// instead of 75), and in memory that masking-simd.ts can work in.
import { simdMemory } from './masking-simd.ts';

const inputSize = 128 * 1024;
const placeSize = 128 * 1024;
/** A peer that reads slowly keeps its place; what is never touched is never given memory. */
const placeCount = 64;
const scratchBufferSize = inputSize + placeCount * placeSize;
const smallestBuffer = 1024;

/** Where one connection lays its frames: `bytes[start, end)`. */
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

  /** @param memory may be simdMemory's; without it, memory of the plain kind */
  constructor(memory: Buffer = Buffer.allocUnsafeSlow(scratchBufferSize)) {
    this.memory = memory;
    this.input = memory.subarray(0, inputSize);
    for (let start = scratchBufferSize - placeSize; start >= inputSize; start -= placeSize) {
      this.#free.push({ bytes: memory, start, end: start + placeSize });
    }
  }

  /** Room for `size` bytes: a place in `memory`, or where that is taken, memory of its own. */
  acquire(size: number): Place {
    const place = size <= placeSize ? this.#free.pop() : undefined;
    if (place !== undefined) return place;
    const bytes = Buffer.allocUnsafe(Math.max(size, smallestBuffer));
    return { bytes, start: 0, end: bytes.length };
  }

  /** Nothing refers to a lent place any more. */
  release(place: Place): void {
    if (place.bytes === this.memory) this.#free.push(place);
  }
}

/** A scratch buffer for a server: unmasking in it is several times faster, where that can be had. */
export function fastScratchBuffer(): ScratchBuffer {
  return new ScratchBuffer(simdMemory(scratchBufferSize));
}
