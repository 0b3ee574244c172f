// The memory that all connections of a server work in, one after the other: at the front what was
// just read, behind it the frames that will leave.
//
// Both are in one buffer as `copyWithin` needs no view of its source: passing 125 bytes on takes 20
// ns instead of 75.

const inputSize = 128 * 1024;
const outputSize = 128 * 1024;
const smallestBuffer = 1024;

export class Workspace {
  /** Where the frames to send begin in `memory`. */
  readonly outputStart = inputSize;
  #memory = Buffer.allocUnsafeSlow(inputSize + outputSize);
  #input = this.#memory.subarray(0, inputSize);
  #output: 'free' | 'lent' | 'leaving' = 'free';

  get memory(): Buffer {
    return this.#memory;
  }

  /** The front of `memory`, to be read into. */
  get input(): Buffer {
    return this.#input;
  }

  /** `memory`, to be written to from `outputStart` on; or, where that is lent, another buffer. */
  lend(size: number): Buffer {
    if (this.#output === 'lent' || size > outputSize) {
      return Buffer.allocUnsafe(Math.max(size, smallestBuffer));
    }
    // The system still reads from it, and a peer may take its time.
    if (this.#output === 'leaving') {
      this.#memory = Buffer.allocUnsafeSlow(inputSize + outputSize);
      this.#input = this.#memory.subarray(0, inputSize);
    }
    this.#output = 'lent';
    return this.#memory;
  }

  /** The bytes in a lent buffer were written, but have not all left. */
  leave(buffer: Buffer): void {
    if (buffer === this.#memory) this.#output = 'leaving';
  }

  /** Nothing refers to a lent buffer any more. */
  takeBack(buffer: Buffer): void {
    if (buffer === this.#memory) this.#output = 'free';
  }
}
