/** Correct servers that do what endpoints of applications do, besides what the specification asks. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type ApplicationMessage, applicationMessage } from '../format/application-message.ts';
import { type Behaviour, correct } from '../reference/behaviour.ts';
import { startPeer } from '../reference/server.ts';
import { serverTarget } from '../run/server/server-target.ts';
import type { ServerTarget } from '../transport/connect.ts';
import { type HttpHead, headerList, headerValues } from '../wire/http-head.ts';
import { opcodes } from '../wire/wire.ts';

export interface EndpointVariant {
  readonly name: string;
  readonly behaviour?: Partial<Behaviour>;
  /** How long each answer is held up, in ms. */
  readonly delay?: number;
  readonly query?: string;
  readonly headers?: ServerTarget['headers'];
  readonly inits?: readonly ApplicationMessage[];
  readonly message?: ApplicationMessage;
  /** The share of the cases judged of a plain echo server that has to be judged of this one. */
  readonly judged: number;
}

const unknown = 4400;
const question = '{"ask":"time"}';
const text = (words: string) => ({ opcode: opcodes.text, payload: Buffer.from(words) });

/** Whether it is a JSON object with the member that the application knows. */
function isKnown(data: Uint8Array): boolean {
  try {
    return (JSON.parse(Buffer.from(data).toString()) as { ask?: unknown }).ask !== undefined;
  } catch {
    return false;
  }
}

const refusing = (rule: (request: HttpHead) => boolean): Partial<Behaviour> => ({
  request: { ...correct.request, login: (request) => (rule(request) ? undefined : 401) },
});

const chat: Partial<Behaviour> = {
  ...refusing((request) => headerList(request, 'Sec-WebSocket-Protocol').includes('chat')),
  respond: (request, extension) => [
    ...correct.respond(request, extension),
    'Sec-WebSocket-Protocol: chat',
  ],
};

/** An application that answers what it knows, and nothing else. */
const application: Partial<Behaviour> = {
  greet: [text('{"hello":"who are you?"}')],
  echo: (message) => [
    { ...message, type: 'text', data: Buffer.from(isKnown(message.data) ? '{"time":1}' : 'what?') },
  ],
  leave: ({ data }) => (isKnown(data) ? undefined : unknown),
};

export const endpointVariants: readonly EndpointVariant[] = [
  { name: 'greets', behaviour: { greet: [text('welcome'), text('to this place')] }, judged: 1 },
  {
    name: 'pings at the opening',
    behaviour: { greet: [{ opcode: opcodes.ping, payload: Buffer.from('and you?') }] },
    judged: 1,
  },
  {
    name: 'pings every 5 ms',
    behaviour: {
      heartbeat: { every: 5, frame: { opcode: opcodes.ping, payload: Buffer.from('!') } },
    },
    judged: 1,
  },
  {
    name: 'sends a message every second',
    behaviour: { heartbeat: { every: 1000, frame: text('it is late') } },
    judged: 1,
  },
  {
    name: 'sends a message every 20 ms',
    behaviour: { heartbeat: { every: 20, frame: text('it is late') } },
    judged: 1,
  },
  { name: 'answers after 300 ms', delay: 300, judged: 1 },
  {
    name: 'wants a subprotocol',
    behaviour: chat,
    headers: [['Sec-WebSocket-Protocol', 'chat']],
    judged: 0.9,
  },
  {
    name: 'wants a cookie',
    behaviour: refusing((request) => headerValues(request, 'Cookie').includes('id=7')),
    headers: [['Cookie', 'id=7']],
    judged: 1,
  },
  {
    name: 'wants a token',
    behaviour: refusing(({ startLine }) => startLine.text.includes('token=7')),
    query: '?token=7',
    judged: 0.95,
  },
  {
    name: 'answers an unknown message with an error and a Close',
    behaviour: application,
    message: applicationMessage(Buffer.from(question)),
    judged: 0.75,
  },
  {
    name: 'wants a first message',
    behaviour: application,
    inits: [applicationMessage(Buffer.from('{"ask":"entry"}'))],
    message: applicationMessage(Buffer.from(question)),
    judged: 0.75,
  },
  { name: 'knows no message that we know', behaviour: application, judged: 0.3 },
];

export interface RunningVariant {
  readonly target: ServerTarget;
  close(): Promise<void>;
}

export async function startVariant(variant: EndpointVariant): Promise<RunningVariant> {
  const peer = await startPeer(variant.behaviour ?? {});
  const proxy = variant.delay === undefined ? undefined : await delaying(peer.url, variant.delay);
  const port = proxy ? proxy.port : peer.url.port;
  const address = `ws://127.0.0.1:${port}/${variant.query ?? ''}`;
  return {
    target: serverTarget(address, { headers: variant.headers ?? [] }),
    async close() {
      proxy?.close();
      await peer.close();
    },
  };
}

/** Holds up everything that the server sends, its end included. */
async function delaying(url: URL, ms: number): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const onward = connect({ port: Number(url.port), host: '127.0.0.1', allowHalfOpen: true });
    onward.setNoDelay();
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => each.destroy());
      each.on('close', () => sockets.delete(each));
    }
    socket.on('data', (bytes) => onward.write(bytes));
    socket.on('end', () => onward.end());
    socket.on('close', () => onward.destroy());
    onward.on('data', (bytes) => setTimeout(() => socket.writable && socket.write(bytes), ms));
    onward.on('end', () => setTimeout(() => socket.end(), ms));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
