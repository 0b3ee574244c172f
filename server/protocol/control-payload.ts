/**
 * Payloads of control frames: at most 125 bytes, and in a Close frame a code and a reason.
 * RFC 6455 §5.5, §7.4.
 */
import { mayBeSent, noCodeReceived } from './close-codes.ts';
import { longestControlPayload } from './frame.ts';
import { advanceUtf8, utf8Start } from './utf8.ts';
import { type Failure, failures } from './violations.ts';

/** The content of a received Close frame; code 1005 if it is empty. */
export function readClosePayload(payload: Buffer): { code: number; reason: string } | Failure {
  // RFC 6455 §5.5.1: the body is empty, or a code of two bytes and a reason in UTF-8.
  if (payload.length === 0) return { code: noCodeReceived, reason: '' };
  if (payload.length === 1) return failures['close-payload-of-one-byte'];
  const code = payload.readUInt16BE(0);
  // RFC 6455 §7.4.1, §7.4.2: codes that no Close frame may carry.
  if (!mayBeSent(code)) return failures['invalid-close-code'];
  if (advanceUtf8(utf8Start, payload, 2, payload.length) !== utf8Start) {
    return failures['invalid-utf8-in-close-reason'];
  }
  return { code, reason: payload.toString('utf8', 2) };
}

/** The payload of a Close frame to send. Throws if the code or the reason may not be sent. */
export function closePayload(code?: number, reason = ''): Buffer {
  if (code === undefined) {
    if (reason !== '') throw new TypeError('A close reason needs a close code before it.');
    return Buffer.alloc(0);
  }
  if (!mayBeSent(code)) {
    throw new RangeError(
      `Close code ${code} may not be sent: use 1000-1003, 1007-1014 or 3000-4999 (RFC 6455 §7.4).`,
    );
  }
  const payload = Buffer.allocUnsafe(2 + Buffer.byteLength(reason));
  if (payload.length > longestControlPayload) {
    throw new RangeError(`A close reason has at most 123 bytes, not ${payload.length - 2}.`);
  }
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2, 'utf8');
  return payload;
}

/** The payload of a ping or pong to send. */
export function controlPayload(payload: Uint8Array): Buffer {
  if (payload.byteLength > longestControlPayload) {
    throw new RangeError(
      `A ping or pong carries at most ${longestControlPayload} bytes, not ${payload.byteLength}.`,
    );
  }
  return asBuffer(payload);
}

/** The same bytes, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
