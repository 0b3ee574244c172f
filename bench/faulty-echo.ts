/** An echo server with one fault, to show that the passes detect it. */

import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import process from 'node:process';

/** Which replies are spoiled, counted from 0 over the whole server. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'flip-last-byte'; readonly reply: number }
  | { readonly kind: 'wrong-opcode'; readonly reply: number }
  | { readonly kind: 'cut-short'; readonly reply: number }
  | { readonly kind: 'repeat-previous'; readonly reply: number }
  | { readonly kind: 'twice'; readonly reply: number }
  | { readonly kind: 'close'; readonly reply: number }
  | { readonly kind: 'mask'; readonly reply: number }
  | { readonly kind: 'wrong-accept' };

export interface FaultyEcho extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Replies sent so far. */
  readonly replies: () => number;
}

export async function startFaultyEcho(fault: Fault): Promise<FaultyEcho> {
  let replies = 0;
  let previous: Buffer = Buffer.alloc(0);
  const sockets = new Set<Socket>();

  const answer = (opcode: number, payload: Buffer): Buffer => {
    const spoiled = 'reply' in fault && fault.reply === replies;
    const kind = spoiled ? fault.kind : 'none';
    const before = previous;
    previous = payload;
    replies++;
    switch (kind) {
      case 'flip-last-byte':
        payload[payload.length - 1]! ^= 1;
        return serverFrame(opcode, payload);
      case 'wrong-opcode':
        return serverFrame(3 - opcode, payload);
      case 'cut-short':
        return serverFrame(opcode, payload.subarray(1));
      case 'repeat-previous':
        return serverFrame(opcode, before);
      case 'twice':
        return Buffer.concat([serverFrame(opcode, payload), serverFrame(opcode, payload)]);
      case 'close':
        return serverFrame(8, Buffer.from([0x03, 0xf3]));
      case 'mask': {
        const frame = serverFrame(opcode, Buffer.concat([Buffer.alloc(4), payload]));
        frame[1]! |= 0x80;
        frame[1]! -= 4;
        return frame;
      }
      default:
        return serverFrame(opcode, payload);
    }
  };

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let pending: Buffer = Buffer.alloc(0);
    let open = false;
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      if (!open) {
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        open = true;
        socket.write(switchingProtocols(pending.toString('latin1', 0, end), fault));
        pending = pending.subarray(end + 4);
      }
      for (let frame = clientMessage(pending); frame; frame = clientMessage(pending)) {
        pending = pending.subarray(frame.end);
        socket.write(answer(frame.opcode, frame.payload));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    pid: process.pid,
    replies: () => replies,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** One unmasked frame, with FIN by default. */
export function serverFrame(opcode: number, payload: Buffer, flags = 0x80): Buffer {
  const size = payload.length;
  const header = Buffer.alloc(size < 126 ? 2 : size < 65536 ? 4 : 10);
  header[0] = flags | opcode;
  header[1] = size < 126 ? size : size < 65536 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(size, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([header, payload]);
}

function switchingProtocols(head: string, fault: Fault): string {
  const key = /^sec-websocket-key: (\S+)$/im.exec(head)?.[1] ?? '';
  const salt = fault.kind === 'wrong-accept' ? 'wrong' : '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const accept = createHash('sha1').update(key).update(salt).digest('base64');
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`
  );
}

function clientMessage(
  bytes: Buffer,
): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < 6) return undefined;
  const short = bytes[1]! & 0x7f;
  const start = 6 + (short < 126 ? 0 : short === 126 ? 2 : 8);
  if (bytes.length < start) return undefined;
  const size =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + size) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + size));
  for (let at = 0; at < size; at++) payload[at]! ^= bytes[start - 4 + (at & 3)]!;
  return { opcode: bytes[0]! & 0x0f, payload, end: start + size };
}
