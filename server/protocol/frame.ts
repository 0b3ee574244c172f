/**
 * The frame header, read and written. RFC 6455 §5.2. Rules that concern a single header are checked
 * here; those that depend on earlier frames are checked by the receiver.
 */
import { type Failure, failures } from './violations.ts';

/** RFC 6455 §5.2, §11.8. The highest bit of the four marks a control frame (§5.5). */
export const opcodes = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

export const finBit = 0x80;
export const rsv1Bit = 0x40;
const maskBit = 0x80;

/** RFC 6455 §5.5: a control frame carries at most this many bytes. */
export const longestControlPayload = 125;

/** RFC 6455 §5.2: two bytes, eight of length, four of key. */
export const longestHeader = 14;

/** One header; reused from frame to frame. */
export class FrameHeader {
  fin = false;
  rsv1 = false;
  opcode: number = 0;
  /** Payload bytes. Above 2^53 it is inexact, and far beyond every limit. */
  length = 0;
  /** The masking key; its first byte is the highest. */
  key = 0;
  /** The broken rule when `readFrameHeader` returned `malformed`. */
  failure: Failure = failures['reserved-bits'];
}

export const incomplete = 0;
export const malformed = -1;

/**
 * Reads a client's frame header at bytes[at].
 *
 * @param rsv1Allowed whether permessage-deflate was negotiated (RFC 7692 §6)
 * @returns the header's size; `incomplete` when bytes[at, end) holds only a part of it;
 *   `malformed` with `header.failure` set
 */
export function readFrameHeader(
  header: FrameHeader,
  bytes: Uint8Array,
  at: number,
  end: number,
  rsv1Allowed: boolean,
): number {
  if (end - at < 2) return incomplete;
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  const opcode = first & 0x0f;
  const control = opcode >= opcodes.close;
  header.opcode = opcode;
  header.fin = first >= finBit;
  header.rsv1 = (first & rsv1Bit) !== 0;

  // RFC 6455 §5.2: reserved bits are 0 unless an extension gave them meaning; RFC 7692 §6.1 gives
  // RSV1 one, on the first frame of a data message only.
  if ((first & 0x70) !== 0) {
    const compressed = (first & 0x70) === rsv1Bit && rsv1Allowed;
    if (!compressed || control || opcode === opcodes.continuation) {
      return fail(header, failures['reserved-bits']);
    }
  }
  // RFC 6455 §5.2: on an unknown opcode the receiver fails the connection.
  if ((opcode > opcodes.binary && !control) || opcode > opcodes.pong) {
    return fail(header, failures['reserved-opcode']);
  }
  // RFC 6455 §5.1: a server closes the connection on a frame that is not masked.
  if (second < maskBit) return fail(header, failures['unmasked-client-frame']);

  const short = second & 0x7f;
  // RFC 6455 §5.5: control frames are not fragmented and carry at most 125 bytes.
  if (control) {
    if (!header.fin) return fail(header, failures['fragmented-control-frame']);
    if (short > longestControlPayload) return fail(header, failures['control-frame-too-long']);
  }

  if (short < 126) {
    if (end - at < 6) return incomplete;
    header.length = short;
    header.key = keyAt(bytes, at + 2);
    return 6;
  }
  if (short === 126) {
    if (end - at < 4) return incomplete;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    // RFC 6455 §5.2: the length is written in the fewest bytes possible.
    if (length < 126) return fail(header, failures['non-minimal-length']);
    if (end - at < 8) return incomplete;
    header.length = length;
    header.key = keyAt(bytes, at + 4);
    return 8;
  }
  if (end - at < 10) return incomplete;
  const high = keyAt(bytes, at + 2);
  const low = keyAt(bytes, at + 6) >>> 0;
  // RFC 6455 §5.2: the most significant bit of a 64-bit length is 0.
  if (high < 0) return fail(header, failures['length-out-of-range']);
  if (high === 0 && low < 0x10000) return fail(header, failures['non-minimal-length']);
  if (end - at < 14) return incomplete;
  header.length = high * 0x1_0000_0000 + low;
  header.key = keyAt(bytes, at + 10);
  return 14;
}

function fail(header: FrameHeader, failure: Failure): number {
  header.failure = failure;
  return malformed;
}

function keyAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** The size of a server's frame header. RFC 6455 §5.1: a server does not mask. */
export function headerSize(length: number): number {
  return length < 126 ? 2 : length < 0x10000 ? 4 : 10;
}

/**
 * Writes a server's frame header at bytes[at].
 *
 * @param first the first byte: FIN, RSV1 and the opcode
 * @returns where the payload begins
 */
export function writeFrameHeader(
  bytes: Uint8Array,
  at: number,
  first: number,
  length: number,
): number {
  bytes[at] = first;
  if (length < 126) {
    bytes[at + 1] = length;
    return at + 2;
  }
  if (length < 0x10000) {
    bytes[at + 1] = 126;
    bytes[at + 2] = length >>> 8;
    bytes[at + 3] = length;
    return at + 4;
  }
  bytes[at + 1] = 127;
  const high = Math.floor(length / 0x1_0000_0000);
  for (let i = 0; i < 4; i += 1) bytes[at + 2 + i] = high >>> (24 - 8 * i);
  for (let i = 0; i < 4; i += 1) bytes[at + 6 + i] = length >>> (24 - 8 * i);
  return at + 10;
}
