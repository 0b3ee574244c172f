import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync } from 'node:zlib';

export interface ClientFrameOptions {
  readonly fin?: boolean;
  /** RSV1: the message is compressed (RFC 7692 §6). */
  readonly compressed?: boolean;
}

/** One masked frame, RFC 6455 §5.2, with a new masking key. */
export function clientFrame(
  opcode: number,
  payload: Buffer,
  { fin = true, compressed = false }: ClientFrameOptions = {},
): Buffer {
  const size = payload.length;
  const extended = size < 126 ? 0 : size < 65536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + extended + size);
  frame[0] = (fin ? 0x80 : 0) | (compressed ? 0x40 : 0) | opcode;
  frame[1] = 0x80 | (extended === 0 ? size : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(size, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(size), 2);
  const key = randomBytes(4);
  key.copy(frame, 2 + extended);
  const start = 6 + extended;
  for (let at = 0; at < size; at++) frame[start + at] = payload[at]! ^ key[at & 3]!;
  return frame;
}

/**
 * One compressed message body that refers to no earlier message, so that it is valid with any
 * negotiated context takeover (RFC 7692 §7.2.1).
 */
export function deflated(payload: Buffer): Buffer {
  const flushed = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
  return flushed.subarray(0, flushed.length - 4);
}
