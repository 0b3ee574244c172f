/**
 * Servers with one fault each, written with the tools of the wire: they prove that the assertions of
 * wire-assertions.ts can fail.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { acceptFor } from '../conformance/format/handshake.ts';
import { HeadReader, headerValues } from '../conformance/wire/http-head.ts';
import { FrameReader, type FrameToWrite, opcodes, writeFrame } from '../conformance/wire/wire.ts';

export interface FaultyServer {
  readonly name: string;
  /** The rules that must be reported as broken, and no others. */
  readonly breaks: readonly string[];
  /** The response's lines for this key; default: a correct handshake. */
  readonly response?: (key: string) => readonly string[];
  readonly lineEnd?: string;
  /** The answer to the first frame; default: `def`. The server then closes the connection. */
  readonly reply?: readonly Buffer[];
}

const text = (payload: string, more: Partial<FrameToWrite> = {}) =>
  writeFrame({ opcode: opcodes.text, payload: Buffer.from(payload), ...more });
const control = (opcode: number, payload: Uint8Array, more: Partial<FrameToWrite> = {}) =>
  writeFrame({ opcode, payload, ...more });

const correct = (key: string): string[] => [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${acceptFor(key)}`,
];
const replaced = (index: number, line: string) => (key: string) => correct(key).with(index, line);
const added = (line: string) => (key: string) => [...correct(key), line];

export const correctServer: FaultyServer = { name: 'correct', breaks: [] };

export const faultyServers: readonly FaultyServer[] = [
  correctServer,
  {
    name: 'answers 200',
    breaks: ['response-status-line'],
    response: replaced(0, 'HTTP/1.1 200 OK'),
  },
  {
    name: 'speaks HTTP/1.0',
    breaks: ['response-status-line'],
    response: replaced(0, 'HTTP/1.0 101 Switching Protocols'),
  },
  {
    name: 'upgrades to something else',
    breaks: ['response-upgrade'],
    response: replaced(1, 'Upgrade: h2c'),
  },
  {
    name: 'keeps the connection alive instead',
    breaks: ['response-connection'],
    response: replaced(2, 'Connection: keep-alive'),
  },
  {
    name: 'computes a wrong accept',
    breaks: ['wrong-accept'],
    response: replaced(3, `Sec-WebSocket-Accept: ${acceptFor('another key')}`),
  },
  {
    name: 'omits the accept',
    breaks: ['wrong-accept'],
    response: (key) => correct(key).slice(0, 3),
  },
  {
    name: 'accepts an extension that was not offered',
    breaks: ['unoffered-extension'],
    response: added('Sec-WebSocket-Extensions: x-unheard-of'),
  },
  {
    name: 'accepts compression with a window of 16 bits',
    breaks: ['wrong-deflate-answer'],
    response: added('Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16'),
  },
  {
    name: 'chooses a subprotocol that was not offered',
    breaks: ['response-subprotocol'],
    response: added('Sec-WebSocket-Protocol: chat'),
  },
  {
    name: 'gives its 101 a body',
    breaks: ['response-body'],
    response: added('Content-Length: 0'),
  },
  {
    name: 'repeats the Upgrade header',
    breaks: ['response-duplicate-header'],
    response: added('Upgrade: websocket'),
  },
  { name: 'ends lines with LF', breaks: ['response-syntax'], lineEnd: '\n' },
  {
    name: 'masks its reply',
    breaks: ['wrong-masking'],
    reply: [text('def', { maskKey: Uint8Array.of(1, 2, 3, 4) })],
  },
  {
    name: 'masks two replies with one key',
    breaks: ['wrong-masking', 'repeated-masking-key'],
    reply: ['d', 'ef'].map((part) => text(part, { maskKey: Uint8Array.of(1, 2, 3, 4) })),
  },
  {
    name: 'writes a length that is not minimal',
    breaks: ['non-minimal-length'],
    reply: [text('def', { lengthForm: 16 })],
  },
  {
    name: 'declares more than it sends',
    breaks: ['cut-frame'],
    reply: [text('def', { declaredLength: 4n })],
  },
  { name: 'sets RSV2', breaks: ['reserved-bit'], reply: [text('def', { rsv2: true })] },
  {
    name: 'uses a reserved opcode',
    breaks: ['reserved-opcode'],
    reply: [control(3, Buffer.from('def'))],
  },
  {
    name: 'fragments a ping',
    breaks: ['bad-control-frame'],
    reply: [control(opcodes.ping, Buffer.from('def'), { fin: false })],
  },
  {
    name: 'continues no message',
    breaks: ['bad-fragmentation'],
    reply: [control(opcodes.continuation, Buffer.from('def'))],
  },
  {
    name: 'sends text that is not UTF-8',
    breaks: ['invalid-utf8'],
    reply: [control(opcodes.text, Uint8Array.of(0xff))],
  },
  {
    name: 'sends invalid compressed data',
    breaks: ['invalid-deflate'],
    response: added('Sec-WebSocket-Extensions: permessage-deflate'),
    reply: [control(opcodes.text, Uint8Array.of(0xff, 0xff), { rsv1: true })],
  },
  {
    name: 'closes with 1005',
    breaks: ['bad-close-payload'],
    reply: [control(opcodes.close, Uint8Array.of(0x03, 0xed))],
  },
  {
    name: 'sends a frame after its Close',
    breaks: ['frame-after-close'],
    reply: [control(opcodes.close, Uint8Array.of(0x03, 0xe8)), text('def')],
  },
];

/** They break no rule, but their answer to `abc` is not the expected one. */
export const strangeServers: readonly FaultyServer[] = [
  { name: 'answers something else', breaks: [], reply: [text('dex')] },
  { name: 'answers in binary', breaks: [], reply: [control(opcodes.binary, Buffer.from('def'))] },
  {
    name: 'answers in two frames',
    breaks: [],
    reply: [text('de', { fin: false }), control(opcodes.continuation, Buffer.from('f'))],
  },
  { name: 'answers twice', breaks: [], reply: [text('def'), text('def')] },
  {
    name: 'pings before it answers',
    breaks: [],
    reply: [control(opcodes.ping, Buffer.alloc(0)), text('def')],
  },
  { name: 'answers nothing', breaks: [], reply: [] },
];

export interface RunningServer {
  readonly port: number;
  close(): void;
}

/** Listens on any free port. */
export async function startFaultyServer(faulty: FaultyServer): Promise<RunningServer> {
  return listen((socket) => {
    const reader = new HeadReader('request');
    const frames = new FrameReader();
    let isOpen = false;
    socket.on('data', (bytes) => {
      if (isOpen) {
        if (frames.push(bytes).length > 0) finish(socket, faulty.reply ?? [text('def')]);
        return;
      }
      const found = reader.push(bytes);
      if (!found) return;
      isOpen = true;
      const key = headerValues(found.head, 'Sec-WebSocket-Key')[0] ?? '';
      const lineEnd = faulty.lineEnd ?? '\r\n';
      const lines = (faulty.response ?? correct)(key);
      socket.write(lines.map((line) => line + lineEnd).join('') + lineEnd);
      // Without a 101 the bytes that follow are a body, and some browsers wait for its end.
      if (lines[0] !== correct(key)[0]) socket.end();
      if (frames.push(found.rest).length > 0) finish(socket, faulty.reply ?? [text('def')]);
    });
  });
}

/** Accepts connections and never sends anything. */
export async function startSilentServer(): Promise<RunningServer> {
  return listen((socket) => socket.resume());
}

function finish(socket: Socket, reply: readonly Buffer[]): void {
  for (const bytes of reply) socket.write(bytes);
  socket.end();
}

async function listen(serve: (socket: Socket) => void): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    // A browser that received this may reset the connection, which is allowed.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
