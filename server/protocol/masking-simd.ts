/**
 * Unmasking 16 bytes at a time with WebAssembly, as JavaScript has no such instruction. From 128
 * bytes up it takes a third to a fifth of the time of the word loop in masking.ts. It works only on
 * memory that was created here.
 *
 * The module is short enough to write by hand. It imports its memory and exports one function,
 *
 *   (from, to, key) -> high bits of all bytes together
 *
 * which XORs memory[from, to), a positive multiple of 16 bytes, with the four bytes of the key,
 * repeated. Without WebAssembly or its 128-bit instructions there is no such memory, and masking.ts
 * does all the work.
 */

/** XORs memory[from, to); the lowest byte of `key` is its first. Not 0 if a byte is not ASCII. */
export type Unmask16 = (from: number, to: number, key: number) => number;

/** The part of WebAssembly that is used here; Node's types leave it to those of browsers. */
interface Wasm {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { readonly unmask?: unknown } };
}

const { WebAssembly: ownWasm } = globalThis as unknown as { readonly WebAssembly: Wasm };

const pageSize = 64 * 1024;

const [i32, v128, empty] = [0x7f, 0x7b, 0x40];
const [from, to, key, keys, all, bytes] = [0, 1, 2, 3, 4, 5];
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const simd = (...code: number[]) => [0xfd, ...code];
/** Alignment (2^0: none asked for) and offset. */
const anywhere = [0, 0];

const body = [
  ...[1, 3, v128],
  ...[...get(key), ...simd(0x11), ...set(keys)], // keys = i32x4.splat(key)
  ...[0x03, empty], // loop
  ...get(from),
  ...[...get(from), ...simd(0x00, ...anywhere)], // v128.load
  ...[...get(keys), ...simd(0x51), ...tee(bytes)], // v128.xor
  ...simd(0x0b, ...anywhere), // v128.store
  ...[...get(all), ...get(bytes), ...simd(0x50), ...set(all)], // all = v128.or
  ...[...get(from), 0x41, 16, 0x6a, ...tee(from)], // from += 16
  ...[...get(to), 0x48, 0x0d, 0], // again while from < to
  0x0b, // end of the loop
  ...[...get(all), ...simd(0x64)], // i8x16.bitmask
  0x0b,
];

const name = (text: string) => [text.length, ...Buffer.from(text)];
const section = (id: number, content: number[]) => [id, content.length, ...content];

const binary = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, 3, i32, i32, i32, 1, i32]), // one type
  ...section(2, [1, ...name('js'), ...name('memory'), 0x02, 0x00, 1]), // one import
  ...section(3, [1, 0]), // one function, of that type
  ...section(7, [1, ...name('unmask'), 0x00, 0]), // one export
  ...section(10, [1, body.length, ...body]),
]);

const unmasks = new WeakMap<ArrayBufferLike, Unmask16>();

/** Memory that can be unmasked 16 bytes at a time; undefined if that is not available. */
export function simdMemory(size: number, wasm: Wasm = ownWasm): Buffer | undefined {
  try {
    const pages = Math.ceil(size / pageSize);
    const memory = new wasm.Memory({ initial: pages, maximum: pages });
    const { exports } = new wasm.Instance(new wasm.Module(binary), { js: { memory } });
    unmasks.set(memory.buffer, exports.unmask as Unmask16);
    return Buffer.from(memory.buffer, 0, size);
  } catch {
    return undefined;
  }
}

/** The function that unmasks in this memory, if `simdMemory` created it. */
export function unmask16In(memory: ArrayBufferLike): Unmask16 | undefined {
  return unmasks.get(memory);
}
