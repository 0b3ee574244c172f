/**
 * A slow and simple DEFLATE decoder (RFC 1951) that reports the longest distance it saw.
 */

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83,
].concat([99, 115, 131, 163, 195, 227, 258]);
const lengthExtra = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5,
].concat([5, 5, 0]);
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Canonical Huffman codes as a map from "length:code" to symbol (RFC 1951 §3.2.2). */
function huffman(lengths: readonly number[]): Map<string, number> {
  const codes = new Map<string, number>();
  let code = 0;
  for (let length = 1; length <= 15; length += 1) {
    lengths.forEach((candidate, symbol) => {
      if (candidate === length) codes.set(`${length}:${code++}`, symbol);
    });
    code <<= 1;
  }
  return codes;
}

/** Reads blocks until the input ends at a block boundary, or a final block ends. */
export function slowInflate(input: Uint8Array): { output: Buffer; longestDistance: number } {
  const output: number[] = [];
  let longestDistance = 0;
  let bit = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i += 1, bit += 1) {
      const byte = input[bit >> 3];
      if (byte === undefined) throw new Error('the input ends inside a block');
      value |= ((byte >> (bit & 7)) & 1) << i;
    }
    return value;
  };
  const symbol = (codes: Map<string, number>): number => {
    let code = 0;
    for (let length = 1; length <= 15; length += 1) {
      code = (code << 1) | bits(1);
      const found = codes.get(`${length}:${code}`);
      if (found !== undefined) return found;
    }
    throw new Error('no such code');
  };
  const dynamicCodes = (): [Map<string, number>, Map<string, number>] => {
    const [literals, distances, used] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const codeLengths = new Array<number>(19).fill(0);
    for (const place of order.slice(0, used)) codeLengths[place] = bits(3);
    const codes = huffman(codeLengths);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const next = symbol(codes);
      if (next < 16) lengths.push(next);
      else if (next === 16) lengths.push(...new Array<number>(bits(2) + 3).fill(lengths.at(-1)!));
      else lengths.push(...new Array<number>(next === 17 ? bits(3) + 3 : bits(7) + 11).fill(0));
    }
    return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))];
  };

  for (let final = 0; final === 0 && bit < input.length * 8; ) {
    final = bits(1);
    const kind = bits(2);
    if (kind === 0) {
      bit = (bit + 7) & ~7;
      const size = bits(16);
      if ((bits(16) ^ 0xffff) !== size) throw new Error('a stored block has a wrong length');
      for (let i = 0; i < size; i += 1) output.push(bits(8));
      continue;
    }
    const fixed = Array.from({ length: 288 }, (_, i) =>
      i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
    );
    const [literals, distances] =
      kind === 1 ? [huffman(fixed), huffman(new Array<number>(30).fill(5))] : dynamicCodes();
    for (let next = symbol(literals); next !== 256; next = symbol(literals)) {
      if (next < 256) {
        output.push(next);
        continue;
      }
      const length = lengthBase[next - 257]! + bits(lengthExtra[next - 257]!);
      const code = symbol(distances);
      const extra = Math.max((code >> 1) - 1, 0);
      const base = code < 2 ? code + 1 : ((2 + (code & 1)) << extra) + 1;
      const distance = base + bits(extra);
      longestDistance = Math.max(longestDistance, distance);
      for (let i = 0; i < length; i += 1) output.push(output[output.length - distance]!);
    }
  }
  return { output: Buffer.from(output), longestDistance };
}
