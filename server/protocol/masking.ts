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
  // The key as it goes on from here, its next byte the highest.
  const turn = (phase & 3) << 3;
  let turned = (key << turn) | (key >>> ((32 - turn) & 31));
  let seen = 0;
  if (end - start >= 16) {
    const offset = bytes.byteOffset;
    for (; ((offset + at) & 3) !== 0; at += 1) {
      seen |= bytes[at]! ^= turned >>> 24;
      turned = (turned << 8) | (turned >>> 24);
    }
    for (let i = 0; i < 4; i += 1) keyBytes[i] = turned >>> (24 - 8 * i);
    const word = keyWord[0]!;
    const words = wordsOf(bytes.buffer);
    const last = (offset + end) >>> 2;
    let index = (offset + at) >>> 2;
    at += (last - index) << 2;
    let all = 0;
    // Four at a time take a third less than one.
    for (; index < last - 3; index += 4) {
      all |= words[index]! ^= word;
      all |= words[index + 1]! ^= word;
      all |= words[index + 2]! ^= word;
      all |= words[index + 3]! ^= word;
    }
    for (; index < last; index += 1) all |= words[index]! ^= word;
    if ((all & 0x80808080) !== 0) seen |= 0x80;
  }
  for (; at < end; at += 1) {
    seen |= bytes[at]! ^= turned >>> 24;
    turned = (turned << 8) | (turned >>> 24);
  }
  return (seen & 0x80) === 0;
}
