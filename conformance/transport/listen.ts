/** Accepts connections: TCP, or TLS over it. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Channel } from './channel.ts';
import { tcpChannel, tlsChannel } from './socket-channel.ts';

/** Where to accept connections. */
export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** TCP alone where absent. */
  readonly tls?: ListenTls | undefined;
}

/** The certificate that a listener presents. */
export interface ListenTls {
  /** PEM. */
  readonly key: string;
  /** PEM; further certificates of its chain may follow in it. */
  readonly cert: string;
}

/** Gets each connection once it is ready; nothing of it is read before it is opened. */
export type Accept = (channel: Channel) => void;

/** An address at which connections are accepted. */
export class Listener {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  /** @param server listens */
  constructor(server: Server, sockets: ReadonlySet<Socket>) {
    const { address, port } = server.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** Stops listening and destroys every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/**
 * Accepts connections over TCP or TLS until the listener is closed.
 * @param onFailure - gets the reason why a TLS handshake has failed; such a connection is not accepted
 * @throws Node's error where the address cannot be bound, with its code
 */
export async function listen(
  options: ListenOptions,
  accept: Accept,
  onFailure: (error: Error) => void = () => {},
): Promise<Listener> {
  const { host = '127.0.0.1', port = 0, tls } = options;
  const sockets = new Set<Socket>();
  // Nothing is read before the channel is opened.
  const pauseOnConnect = tls === undefined;
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (tls) acceptTls(socket, tls, accept, onFailure);
    else accept(tcpChannel(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  server.removeAllListeners('error');
  return new Listener(server, sockets);
}

function acceptTls(
  tcp: Socket,
  { key, cert }: ListenTls,
  accept: Accept,
  onFailure: (error: Error) => void,
): void {
  // A WebSocket handshake is HTTP/1.1: a client that offers HTTP/2 as well must not choose it.
  const tls = new TLSSocket(tcp, { isServer: true, key, cert, ALPNProtocols: ['http/1.1'] });
  tls.once('error', onFailure);
  tls.once('secure', () => {
    const channel = tlsChannel(tls, tcp);
    tls.off('error', onFailure);
    accept(channel);
  });
}
