/**
 * Shows untrusted bytes as text that cannot move a cursor, reverse a line or pass for something
 * else: every character that is not plainly visible is written as an escape.
 */

const short: Record<string, string> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\\': '\\\\',
  '"': '\\"',
};

/** Controls, format characters (bidi, zero width), fillers, odd spaces, surrogates. */
const unseen = '[\\p{C}\\p{Default_Ignorable_Code_Point}]|[^\\P{Z} ]';
const unseenOrQuoting = new RegExp(`[\\\\"]|${unseen}`, 'gu');
const unseenAlone = new RegExp(unseen, 'gu');

/** Text with escapes, as it stands between quotation marks. */
export function escapeText(text: string): string {
  return text.replace(unseenOrQuoting, escapeCharacter);
}

/** For a sentence of ours that quotes a stranger: quotation marks and backslashes stay. */
export function escapeUnseen(text: string): string {
  return text.replace(unseenAlone, escapeCharacter);
}

/** Bytes with escapes, one byte at a time: what is not visible ASCII becomes `\xNN`. */
export function escapeBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^ -~]|[\\"]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  const digits = code.toString(16);
  return short[character] ?? (code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`);
}

/** A quoted beginning of about `width` columns: as UTF-8 where it is that, else byte by byte. */
export function quote(bytes: Uint8Array, width = 60): string {
  // Four bytes are the longest character, and one character is at least one column.
  const start = bytes.subarray(0, width * 4 + 4);
  let shown = '';
  for (const character of asText(start, start.length < bytes.length) ?? [...start]) {
    const next =
      typeof character === 'number' ? escapeBytes(Uint8Array.of(character)) : escapeText(character);
    if (shown.length + next.length > width) return `"${shown}"…`;
    shown += next;
  }
  return `"${shown}"`;
}

/** Undefined where it is not UTF-8; where more bytes follow, a character cut at the end is no fault. */
function asText(bytes: Uint8Array, moreFollow: boolean): string | undefined {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes, { stream: moreFollow });
  } catch {
    return undefined;
  }
}

/** `81 03 64`, at most `maxBytes` of them. */
export function hex(bytes: Uint8Array, maxBytes = Infinity): string {
  const shown = Buffer.from(bytes.subarray(0, Math.min(bytes.length, maxBytes)));
  return shown.toString('hex').replace(/..(?!$)/g, '$& ');
}
