/**
 * Incremental UTF-8 validation: a text message may be cut anywhere, and the first invalid byte fails
 * it at once. RFC 6455 §8.1, RFC 3629 §4. Long runs go to the engine's validator; only the up to
 * three bytes on either side of a cut are checked one by one.
 */
import { isUtf8 } from 'node:buffer';

/**
 * The state between two pieces: 0 if no character is unfinished, otherwise the missing bytes
 * (bits 0-7) and the range of the next byte (bits 8-15 lowest, 16-23 highest).
 */
export type Utf8State = number;

export const utf8Start: Utf8State = 0;
export const utf8Invalid: Utf8State = -1;

/** Reads bytes[start, end) after `state`; returns the new state, or `utf8Invalid`. */
export function advanceUtf8(
  state: Utf8State,
  bytes: Uint8Array,
  start: number,
  end: number,
): Utf8State {
  let at = start;
  while (state > 0 && at < end) state = step(state, bytes[at++]!);
  if (state !== 0 || at === end) return state;
  const cut = startOfUnfinished(bytes, at, end);
  if (cut > at && !isUtf8(bytes.subarray(at, cut))) return utf8Invalid;
  for (at = cut; at < end && state >= 0; at += 1) state = step(state, bytes[at]!);
  return state;
}

/** Where the last character of bytes[start, end) begins, if it may be unfinished; else `end`. */
function startOfUnfinished(bytes: Uint8Array, start: number, end: number): number {
  const earliest = Math.max(start, end - 3);
  for (let at = end - 1; at >= earliest; at -= 1) {
    const byte = bytes[at]!;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return at;
  }
  return end;
}

// RFC 3629 §4: the lead byte determines how many follow, and some lead bytes narrow the range of
// the second (no overlong forms, no surrogates, nothing above U+10FFFF).
function step(state: Utf8State, byte: number): Utf8State {
  if (state === 0) {
    if (byte < 0xc2) return utf8Invalid;
    if (byte < 0xe0) return expecting(1, 0x80, 0xbf);
    if (byte === 0xe0) return expecting(2, 0xa0, 0xbf);
    if (byte === 0xed) return expecting(2, 0x80, 0x9f);
    if (byte < 0xf0) return expecting(2, 0x80, 0xbf);
    if (byte === 0xf0) return expecting(3, 0x90, 0xbf);
    if (byte < 0xf4) return expecting(3, 0x80, 0xbf);
    if (byte === 0xf4) return expecting(3, 0x80, 0x8f);
    return utf8Invalid;
  }
  if (byte < ((state >> 8) & 0xff) || byte > state >> 16) return utf8Invalid;
  const missing = (state & 0xff) - 1;
  return missing === 0 ? 0 : expecting(missing, 0x80, 0xbf);
}

function expecting(missing: number, lowest: number, highest: number): Utf8State {
  return missing | (lowest << 8) | (highest << 16);
}
