/**
 * The peer's own permessage-deflate writer (RFC 7692 §7.2). Each message is one synchronous call;
 * the context of earlier messages is passed in as a dictionary, which for raw DEFLATE is the same
 * as having seen those bytes before.
 */
import { constants, deflateRawSync } from 'node:zlib';

/** What `Z_SYNC_FLUSH` ends with and the sender removes (RFC 7692 §7.2.1). */
export const flushTail = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

/** The sliding window of one direction: what back-references may still reach. */
class Window {
  readonly #size: number;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(bits: number) {
    this.#size = 1 << bits;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  slide(message: Uint8Array): void {
    const all = message.length >= this.#size ? message : Buffer.concat([this.#bytes, message]);
    this.#bytes = all.slice(Math.max(0, all.length - this.#size));
  }
}

export class MessageDeflater {
  readonly #bits: number;
  readonly #window: Window | undefined;

  constructor(bits: number, takesOver: boolean) {
    this.#bits = bits;
    this.#window = takesOver ? new Window(bits) : undefined;
  }

  /** The payload of the frames that carry `message`, tail removed. */
  compress(message: Uint8Array): Buffer {
    const dictionary = this.#window?.bytes;
    const compressed = deflateRawSync(message, {
      finishFlush: constants.Z_SYNC_FLUSH,
      // What an inflater meets is the same at every level; at this one it costs us a third.
      level: constants.Z_BEST_SPEED,
      // zlib cannot keep raw DEFLATE inside 256 bytes; Huffman coding alone refers to nothing.
      ...(this.#bits === 8 ? { strategy: constants.Z_HUFFMAN_ONLY } : { windowBits: this.#bits }),
      ...(dictionary && dictionary.length > 0 && this.#bits > 8 && { dictionary }),
    });
    this.#window?.slide(message);
    return compressed.subarray(0, compressed.length - flushTail.length);
  }
}
