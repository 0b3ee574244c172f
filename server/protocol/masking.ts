// Masking: payload byte i is XORed with byte i mod 4 of the frame's key (RFC 6455 §5.3). Doing and
// undoing are the same operation.
//
// The loop works on 32-bit words (three times the speed of a byte loop from 1 KiB up) and, since it
// sees every byte, also tells whether all of them were ASCII: then a text needs no other check.

// One word in the machine's own byte order, and its bytes.
const keyWord = new Int32Array(1);
const keyBytes = new Uint8Array(keyWord.buffer);

let cachedMemory: ArrayBufferLike | undefined;
let cachedWords: Int32Array = new Int32Array(0);

/** The words of the memory behind `bytes`; remembered, as reads come into the same buffer. */
function wordsOf(memory: ArrayBufferLike): Int32Array {
  if (memory !== cachedMemory) {
    cachedMemory = memory;
    cachedWords = new Int32Array(memory, 0, memory.byteLength >>> 2);
  }
  return cachedWords;
}

/**
 * Unmasks bytes[start, end) in place.
 *
 * @param key the masking key as a 32-bit integer, its first byte the highest
 * @param phase how many payload bytes of the frame came before `start`
 * @returns whether every unmasked byte is ASCII
 */
export function unmask(
  bytes: Uint8Array,
  start: number,
  end: number,
  key: number,
  phase: number,
): boolean {
  let at = start;
  let shift = 24 - ((phase & 3) << 3);
  let seen = 0;
  if (end - start >= 16) {
    const aligned = start + ((4 - ((bytes.byteOffset + start) & 3)) & 3);
    for (; at < aligned; at += 1) {
      seen |= bytes[at]! ^= (key >>> shift) & 0xff;
      shift = (shift - 8) & 24;
    }
    for (let i = 0; i < 4; i += 1) keyBytes[i] = key >>> ((shift - 8 * i) & 24);
    const word = keyWord[0]!;
    const words = wordsOf(bytes.buffer);
    const last = (bytes.byteOffset + end) >>> 2;
    let index = (bytes.byteOffset + at) >>> 2;
    at += (last - index) << 2;
    for (; index < last; index += 1) seen |= words[index]! ^= word;
    seen = seen & 0x80808080 ? 0x80 : 0;
  }
  for (; at < end; at += 1) {
    seen |= bytes[at]! ^= (key >>> shift) & 0xff;
    shift = (shift - 8) & 24;
  }
  return (seen & 0x80) === 0;
}
