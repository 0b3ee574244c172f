/** A TCP server whose connections all follow the same behaviour. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { writeHead } from '../format/handshake.ts';
import type { HttpHead } from '../wire/http-head.ts';
import { type Extension, readDeflateParameters, readExtensions } from '../wire/negotiation.ts';
import { type Behaviour, correct } from './behaviour.ts';
import { EchoConnection } from './connection.ts';
import { outletTo, readHeadFirst } from './socket.ts';

export interface RunningPeer {
  /** `ws://127.0.0.1:49152/` */
  readonly url: URL;
  close(): Promise<void>;
}

/** Listens on the loopback, on a free port where none is given. */
export async function startPeer(
  differences: Partial<Behaviour>,
  at = 0,
  host: '127.0.0.1' | '::1' = '127.0.0.1',
): Promise<RunningPeer> {
  const behaviour = { ...correct, ...differences };
  const sockets = new Set<Socket>();
  let wasReset = false;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // What the other side does to a connection is its affair; the case has it on record.
    socket.on('error', () => {
      wasReset = true;
      socket.destroy();
    });
    socket.on('end', () => socket.end());
    if (wasReset && !behaviour.survivesResets) socket.destroy();
    else readHeadFirst(socket, 'request', behaviour, (request) => open(socket, behaviour, request));
  });
  server.listen(at, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`ws://${host === '::1' ? '[::1]' : host}:${port}/`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** @returns undefined where the handshake is refused */
function open(socket: Socket, behaviour: Behaviour, request: HttpHead): EchoConnection | undefined {
  for (const rule of Object.values(behaviour.request)) {
    const status = rule(request);
    if (status === undefined) continue;
    const refusal = writeHead({ lines: behaviour.refuse(status, request) }, {});
    if (behaviour.endsRefusals) socket.end(refusal);
    else socket.write(refusal);
    socket.resume();
    return undefined;
  }
  const agreed = behaviour.agree(readExtensions(request));
  const lines = behaviour.respond(request, agreed && textOf(agreed));
  socket.write(writeHead({ lines }, {}));
  const agreement = agreed && readDeflateParameters(agreed);
  const connection = new EchoConnection('server', behaviour, outletTo(socket), agreement);
  if (behaviour.heartbeat) beat(socket, connection, behaviour.heartbeat);
  return connection;
}

function beat(
  socket: Socket,
  connection: EchoConnection,
  { every, frame }: NonNullable<Behaviour['heartbeat']>,
): void {
  const timer = setInterval(() => connection.sendUnasked(frame), every);
  socket.on('close', () => clearInterval(timer));
}

function textOf({ name, parameters }: Extension): string {
  const parts = parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`));
  return [name, ...parts].join('; ');
}
