/** What a test expects of a message's data. */
import { isDeepStrictEqual } from 'node:util';
import { quote } from '../conformance/wire/printable.ts';

/**
 * Text that is equal; octets that are equal; text that matches; or JSON that has at least these
 * properties, with arrays compared whole.
 */
export type MessageMatch = string | Uint8Array | RegExp | object;

export function matchesMessage(wanted: MessageMatch, data: string | Buffer): boolean {
  if (typeof wanted === 'string') return data === wanted;
  if (wanted instanceof Uint8Array) return Buffer.from(data as string).equals(wanted);
  if (wanted instanceof RegExp) {
    const once = new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, ''));
    return typeof data === 'string' && once.test(data);
  }
  const json = typeof data === 'string' ? parsed(data) : undefined;
  return json !== undefined && contains(json.value, wanted);
}

/** What is wanted, in words for an error. */
export function describeMessageMatch(wanted: MessageMatch | undefined): string {
  if (wanted === undefined) return '';
  if (typeof wanted === 'string') return quote(Buffer.from(wanted));
  if (wanted instanceof Uint8Array) return `${wanted.length} bytes ${quote(wanted)}`;
  return wanted instanceof RegExp ? String(wanted) : `JSON with ${JSON.stringify(wanted)}`;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function contains(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) {
    return isDeepStrictEqual(value, wanted);
  }
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(
    ([name, inner]) => Object.hasOwn(value, name) && contains(value[name as never], inner),
  );
}
