/** The payload of a frame, given as hex: its bytes, its text, and its meaning. */
import type { FrameEvent as Frame } from '../../inspector/session-events.ts';

/** The payload in words: text, or a close code with its reason, or bytes. */
export function describePayload({
  opcode,
  payload,
  payloadLength,
  rsv1,
}: Pick<Frame, 'opcode' | 'payload' | 'payloadLength' | 'rsv1'>) {
  const bytes = fromHex(payload);
  if (opcode === 8) {
    const code = closeCodeOf(payload);
    if (code === undefined) return payloadLength === 0 ? 'no code' : spaced(payload);
    const reason = readUtf8(bytes.subarray(2)) ?? spaced(payload.slice(4));
    return reason ? `${code} “${reason}”` : String(code);
  }
  const cut = payloadLength > bytes.length;
  const text = opcode === 2 || rsv1 ? undefined : readUtf8(bytes, cut);
  const shown = text === undefined ? spaced(payload) : `“${text}”`;
  return cut ? `${shown} …` : shown;
}

/** @param payload hex */
export function closeCodeOf(payload: string) {
  return payload.length >= 4 ? Number.parseInt(payload.slice(0, 4), 16) : undefined;
}

/** @param cut whether the last character may be incomplete */
export function readUtf8(bytes: Uint8Array, cut: boolean = false) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: cut,
    });
  } catch {
    return undefined;
  }
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes: Uint8Array) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function spaced(hex: string) {
  return hex.replace(/..(?=.)/g, '$& ');
}
