/**
 * Makes bytes from the network safe for a terminal: escape sequences, line breaks and changes of
 * writing direction are escaped, and long text is truncated.
 */

const unfit = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text with control characters as `\n`, `\x1b` or `\u{202e}`, truncated after `limit`. */
export function printable(text: string, limit = 200): string {
  const kept = text.length > limit ? text.slice(0, limit) : text;
  const escaped = kept.replace(unfit, escapeOf);
  return kept === text ? escaped : `${escaped}…`;
}

const shownBytes = 32;

/** The bytes as hex pairs, truncated after 32. */
export function hexOf(bytes: Uint8Array): string {
  const start = bytes.subarray(0, shownBytes);
  const pairs = Array.from(start, (byte) => byte.toString(16).padStart(2, '0'));
  return bytes.length > shownBytes ? `${pairs.join(' ')} …` : pairs.join(' ');
}

function escapeOf(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
