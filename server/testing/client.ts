/**
 * A client's bytes, legal or not, for the tests of server/. Written to be obviously correct, and
 * without sharing code with server/protocol/.
 */

export interface FrameShape {
  readonly fin?: boolean;
  /** RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv?: number;
  /** Four bytes; `null` sends the frame unmasked. */
  readonly mask?: readonly number[] | null;
  /** How many bytes the length takes, if not the fewest: 0, 2 or 8. */
  readonly lengthBytes?: 0 | 2 | 8;
  /** The length to declare, if not the payload's. */
  readonly declaredLength?: bigint;
}

export function clientFrame(
  opcode: number,
  payload: string | Uint8Array = '',
  shape: FrameShape = {},
): Buffer {
  const bytes = Buffer.from(payload as string);
  const { fin = true, rsv = 0, mask = [0x37, 0xfa, 0x21, 0x3d] } = shape;
  const length = shape.declaredLength ?? BigInt(bytes.length);
  const lengthBytes = shape.lengthBytes ?? (length < 126n ? 0 : length < 65536n ? 2 : 8);
  const marker = lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127;
  const header = [(fin ? 0x80 : 0) | (rsv << 4) | opcode, (mask === null ? 0 : 0x80) | marker];
  for (let i = lengthBytes - 1; i >= 0; i -= 1)
    header.push(Number((length >> BigInt(8 * i)) & 255n));
  if (mask === null) return Buffer.concat([Buffer.from(header), bytes]);
  return Buffer.from([...header, ...mask, ...bytes.map((byte, i) => byte ^ mask[i % 4]!)]);
}

export const text = (payload: string | Uint8Array, shape?: FrameShape) =>
  clientFrame(1, payload, shape);
export const binary = (payload: string | Uint8Array, shape?: FrameShape) =>
  clientFrame(2, payload, shape);
export const continuation = (payload: string | Uint8Array, shape?: FrameShape) =>
  clientFrame(0, payload, shape);
export const ping = (payload: string | Uint8Array = '', shape?: FrameShape) =>
  clientFrame(9, payload, shape);
export const pong = (payload: string | Uint8Array = '', shape?: FrameShape) =>
  clientFrame(10, payload, shape);

export function close(code?: number, reason: string | Uint8Array = '', shape?: FrameShape): Buffer {
  const body = code === undefined ? [] : [code >> 8, code & 255, ...Buffer.from(reason as string)];
  return clientFrame(8, Uint8Array.from(body), shape);
}

/** The key of RFC 6455 §1.3 and its accept value. */
export const sampleKey = 'dGhlIHNhbXBsZSBub25jZQ==';
export const sampleAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** A handshake; headers replace those of the same name, and `undefined` leaves one out. */
export function handshake(
  headers: Readonly<Record<string, string | undefined>> = {},
  requestLine = 'GET / HTTP/1.1',
): string {
  const all: Record<string, string | undefined> = {
    Host: 'localhost:3200',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': sampleKey,
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${requestLine}\r\n${lines.join('')}\r\n`;
}

/** One frame from a server, as `text "def"`, `close 1000 "bye"`, `binary 3` (its length). */
export function describeFrames(bytes: Buffer): string[] {
  const names = ['continuation', 'text', 'binary', '', '', '', '', '', 'close', 'ping', 'pong'];
  const frames: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at]!;
    let length = bytes[at + 1]!;
    if (length > 127) throw new Error('a server masked a frame');
    at += 2;
    if (length === 126) {
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    const payload = bytes.subarray(at, at + length);
    if (payload.length < length) throw new Error('a server sent half a frame');
    at += length;
    const flags = `${first & 0x80 ? '' : '(more) '}${first & 0x40 ? '(rsv1) ' : ''}`;
    const name = names[first & 0x0f] ?? 'reserved';
    if (name === 'close') {
      const code = length === 0 ? '' : ` ${payload.readUInt16BE(0)}`;
      const reason = length > 2 ? ` "${payload.toString('utf8', 2)}"` : '';
      frames.push(`${flags}close${code}${reason}`);
    } else if (name === 'binary' || length > 200) {
      frames.push(`${flags}${name} ${length}`);
    } else {
      frames.push(`${flags}${name} "${payload}"`);
    }
  }
  return frames;
}
