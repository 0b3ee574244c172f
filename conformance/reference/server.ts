/** A TCP server whose connections all behave by the same manners. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { writeHead } from '../format/handshake.ts';
import type { HttpHead } from '../wire/http-head.ts';
import { type Extension, readDeflateParameters, readExtensions } from '../wire/negotiation.ts';
import { honest, type Manners } from './behaviour.ts';
import { EchoConnection } from './connection.ts';
import { outletTo, readHeadFirst } from './socket.ts';

export interface RunningPeer {
  /** `ws://127.0.0.1:49152/` */
  readonly url: URL;
  close(): Promise<void>;
}

/** Listens on the loopback, on a free port where none is given. */
export async function startPeer(
  differences: Partial<Manners>,
  at = 0,
  host: '127.0.0.1' | '::1' = '127.0.0.1',
): Promise<RunningPeer> {
  const manners = { ...honest, ...differences };
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
    if (wasReset && !manners.survivesResets) socket.destroy();
    else readHeadFirst(socket, 'request', manners, (request) => open(socket, manners, request));
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
function open(socket: Socket, manners: Manners, request: HttpHead): EchoConnection | undefined {
  for (const rule of Object.values(manners.request)) {
    const status = rule(request);
    if (status === undefined) continue;
    const refusal = writeHead({ lines: manners.refuse(status, request) }, {});
    if (manners.endsRefusals) socket.end(refusal);
    else socket.write(refusal);
    socket.resume();
    return undefined;
  }
  const agreed = manners.agree(readExtensions(request));
  const lines = manners.respond(request, agreed && textOf(agreed));
  socket.write(writeHead({ lines }, {}));
  const agreement = agreed && readDeflateParameters(agreed);
  return new EchoConnection('server', manners, outletTo(socket), agreement);
}

function textOf({ name, parameters }: Extension): string {
  const parts = parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`));
  return [name, ...parts].join('; ');
}
