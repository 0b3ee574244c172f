/**
 * A server that never stops sending, in a separate process: a flood inside the process under test
 * would share its event loop and its memory. It prints its port.
 *
 *     node --import tsx flooding-server.ts <kind of flood>
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { acceptFor } from '../format/handshake.ts';
import { headerValues, readHead } from '../wire/http-head.ts';
import { FrameReader, opcodes, writeFrame } from '../wire/wire.ts';

const repeated = (bytes: Uint8Array, times: number) =>
  Buffer.concat(Array.from({ length: times }, () => bytes));
const empty = (opcode: number, fin = true) =>
  writeFrame({ opcode, fin, payload: new Uint8Array(0) });
const line = Buffer.from(`X-More: ${'x'.repeat(1000)}\r\n`);
const bomb = deflateRawSync(Buffer.alloc(64 * 2 ** 20), { finishFlush: 2 }).subarray(0, -4);

interface Flood {
  /** Sent once, at the beginning of the flood. */
  readonly first?: Uint8Array;
  /** Sent repeatedly. */
  readonly block: Uint8Array;
  /** When it begins; after the handshake by default. */
  readonly from?: 'head' | 'close';
  readonly extensions?: string;
  /** In ms; without a pause by default. */
  readonly interval?: number;
}

export const floods = {
  pings: { block: repeated(writeFrame({ opcode: opcodes.ping, payload: Buffer.alloc(9) }), 4096) },
  'empty messages': { block: repeated(empty(opcodes.text), 16_384) },
  'one message': {
    first: writeFrame({
      opcode: opcodes.text,
      payload: new Uint8Array(0),
      declaredLength: 1n << 62n,
    }),
    block: Buffer.alloc(65_536, 'x'),
  },
  fragments: {
    first: empty(opcodes.text, false),
    block: repeated(
      writeFrame({ opcode: opcodes.continuation, fin: false, payload: Buffer.from('x') }),
      16_384,
    ),
  },
  'header lines': {
    first: Buffer.from('HTTP/1.1 101 Switching Protocols\r\n'),
    block: repeated(line, 64),
    from: 'head',
  },
  'interim responses': {
    block: repeated(Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n'), 4096),
    from: 'head',
  },
  'body of a refusal': {
    first: Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
    block: Buffer.alloc(65_536, 'x'),
    from: 'head',
  },
  'pings after Close': {
    block: repeated(empty(opcodes.ping), 16_384),
    from: 'close',
  },
  'compressed messages': {
    block: writeFrame({ opcode: opcodes.binary, rsv1: true, payload: bomb }),
    extensions: 'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
  },
  /** Not a flood: a server may do this. */
  'a ping every 5 ms': { block: empty(opcodes.ping), interval: 5 },
} as const satisfies Record<string, Flood>;

const flood: Flood | undefined = floods[process.argv[2] as keyof typeof floods];
if (flood) serve(flood);

function serve(kind: Flood): void {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    let head = Buffer.alloc(0);
    let reader: FrameReader | undefined;
    socket.on('data', (bytes) => {
      if (reader) return exchange(socket, kind, reader, bytes);
      head = Buffer.concat([head, bytes]);
      if (!head.includes('\r\n\r\n')) return;
      reader = new FrameReader();
      open(socket, kind, head);
    });
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

function open(socket: Socket, kind: Flood, request: Buffer): void {
  if (kind.from !== 'head') {
    const key = headerValues(readHead(request, 'request'), 'Sec-WebSocket-Key')[0] ?? '';
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptFor(key)}`,
      ...(kind.extensions ? [`Sec-WebSocket-Extensions: ${kind.extensions}`] : []),
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }
  if (kind.from !== 'close') begin(socket, kind);
}

/** Echoes, answers Pings, and ends the connection after a Close, unless it floods then. */
function exchange(socket: Socket, kind: Flood, reader: FrameReader, bytes: Uint8Array): void {
  for (const { opcode, payload } of reader.push(bytes)) {
    if (opcode === opcodes.text || opcode === opcodes.binary) {
      socket.write(writeFrame({ opcode, payload }));
    } else if (opcode === opcodes.ping) {
      socket.write(writeFrame({ opcode: opcodes.pong, payload }));
    } else if (opcode === opcodes.close) {
      if (kind.from === 'close') begin(socket, kind);
      else socket.end(writeFrame({ opcode, payload }));
    }
  }
}

function begin(socket: Socket, { first, block, interval }: Flood): void {
  if (first) socket.write(first);
  if (interval !== undefined) {
    const timer = setInterval(() => socket.writable && socket.write(block), interval);
    socket.on('close', () => clearInterval(timer));
    return;
  }
  const more = () => {
    while (socket.writable && socket.write(block));
  };
  socket.on('drain', more);
  more();
}
