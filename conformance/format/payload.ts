/**
 * Payloads as data: a case describes what is sent, and the bytes are made when it is played. A
 * catalogue with many megabytes of payload therefore loads at once and prints on one screen.
 */
import { type DataFile, excerptOf } from './data.ts';

/** Text is UTF-8; a fill repeats its pattern up to `length` bytes; an excerpt wraps around. */
export type Payload =
  | string
  | Uint8Array
  | { readonly fill: string | Uint8Array; readonly length: number }
  | { readonly excerpt: DataFile; readonly start: number; readonly length: number };

/** Octets in hexadecimal, spaces allowed: `hex('ce ba')`. */
export function hex(octets: string): Uint8Array {
  const digits = octets.replaceAll(/\s/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new Error(`not octets in hexadecimal: ${octets}`);
  return Buffer.from(digits, 'hex');
}

/** `fill('*', 65_536)`: the pattern again and again, cut at `length` bytes. */
export function fill(pattern: string | Uint8Array, length: number): Payload {
  return { fill: pattern, length };
}

/** The bytes a payload stands for, in separate memory or in the case's; callers only read them. */
export function bytesOf(payload: Payload): Uint8Array {
  if (typeof payload === 'string') return Buffer.from(payload);
  if (payload instanceof Uint8Array) return payload;
  if ('excerpt' in payload) return excerptOf(payload.excerpt, payload.start, payload.length);
  return payload.length === 0 ? Buffer.alloc(0) : Buffer.alloc(payload.length, payload.fill);
}

/** As much of a fill as is made at once to be compared. */
const blockSize = 64 * 1024;

/** Whether `bytes` are what the payload stands for; of a long fill only a part is ever made. */
export function equalsPayload(payload: Payload, bytes: Uint8Array): boolean {
  if (typeof payload === 'string' || payload instanceof Uint8Array || 'excerpt' in payload) {
    return Buffer.compare(bytesOf(payload), bytes) === 0;
  }
  if (bytes.length !== payload.length) return false;
  const period = Buffer.byteLength(payload.fill);
  const size = Math.max(1, Math.floor(blockSize / Math.max(1, period))) * period;
  const block = bytesOf({ ...payload, length: Math.min(size, payload.length) });
  for (let start = 0; start < bytes.length; start += block.length) {
    const part = bytes.subarray(start, start + block.length);
    if (Buffer.compare(block.subarray(0, part.length), part) !== 0) return false;
  }
  return true;
}

/** How many octets a payload has, without making them; an excerpt of text may have a few more. */
export function lengthOf(payload: Payload): number {
  return typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
}

/** How a report names a payload: whole when short, else its kind and size. */
export function describePayload(payload: Payload): string {
  if (typeof payload === 'string') {
    return payload.length <= 40 ? JSON.stringify(payload) : `${Buffer.byteLength(payload)} bytes`;
  }
  if (payload instanceof Uint8Array) {
    return payload.length <= 16
      ? `<${Buffer.from(payload)
          .toString('hex')
          .replace(/(..)(?=.)/g, '$1 ')}>`
      : `${payload.length} bytes`;
  }
  if ('excerpt' in payload) return `${payload.length} bytes of ${payload.excerpt}`;
  const pattern = typeof payload.fill === 'string' ? JSON.stringify(payload.fill) : 'a pattern';
  return `${payload.length} bytes of ${pattern}`;
}
