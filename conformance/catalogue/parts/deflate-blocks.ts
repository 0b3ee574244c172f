/** Blocks as RFC 1951 §3.2.3 knows them, made by zlib, for messages that no usual sender makes. */
import { constants, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { excerptOf } from '../../format/data.ts';
import { flushTail } from '../../wire/deflate.ts';

/** The payload of a message: synchronised, its tail removed (RFC 7692 §7.2.1). */
export function compressed(plain: string | Uint8Array, options: ZlibOptions = {}): Uint8Array {
  const flushed = deflateRawSync(plain, { finishFlush: constants.Z_SYNC_FLUSH, ...options });
  return flushed.subarray(0, flushed.length - flushTail.length);
}

/** One stored block, its length in the clear. */
export const stored = (plain: string) => compressed(plain, { level: 0 });
/** Codes that RFC 1951 §3.2.6 fixes. */
export const fixed = (plain: string) => compressed(plain, { strategy: constants.Z_FIXED });
/** Long and uneven enough for zlib to give it dynamic codes (RFC 1951 §3.2.7). */
export const dynamicText = Buffer.from(excerptOf('prose', 0, 3000)).toString();
export const dynamic = (plain: string) => compressed(plain, { level: 9 });

/** The last block has BFINAL set; an empty stored block follows it (RFC 7692 §7.2.3.4). */
export function final(plain: string): Uint8Array {
  return Buffer.concat([deflateRawSync(plain), Uint8Array.of(0x00)]);
}

/** Refers to `history`, which its reader has not seen. */
export function referringTo(history: string, plain: string): Uint8Array {
  return compressed(plain, { dictionary: Buffer.from(history) });
}
