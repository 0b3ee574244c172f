// The payload of a frame, which comes as hex: its bytes, its text, and what it says.

/** @typedef {import('../../inspector/session-events.ts').FrameEvent} Frame */

/**
 * The payload in words: text, or a close code with its reason, or bytes.
 *
 * @param {Pick<Frame, 'opcode' | 'payload' | 'payloadLength' | 'rsv1'>} frame
 */
export function describePayload({ opcode, payload, payloadLength, rsv1 }) {
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

/** @param {string} payload hex */
export function closeCodeOf(payload) {
  return payload.length >= 4 ? Number.parseInt(payload.slice(0, 4), 16) : undefined;
}

/**
 * @param {Uint8Array} bytes
 * @param {boolean} cut whether the last character may be cut
 */
export function readUtf8(bytes, cut = false) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: cut,
    });
  } catch {
    return undefined;
  }
}

/** @param {string} hex @returns {Uint8Array} */
export function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} hex */
export function spaced(hex) {
  return hex.replace(/..(?=.)/g, '$& ');
}
