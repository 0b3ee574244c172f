// The WebSocket server: listens, decides about requests, keeps the time, shuts down.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { RefusedHandshake, UpgradeRequest } from '../protocol/handshake.ts';
import { Message } from '../protocol/message.ts';
import { Arena } from '../protocol/output.ts';
import type { Observer } from './observation.ts';
import { type Limits, readLimits } from './options.ts';
import {
  type Behaviour,
  type Decision,
  type ServerSide,
  ServerWebSocket,
} from './server-web-socket.ts';
import { StreamTransport } from './transport.ts';

/** All limits are options too: see `limitTable`. */
export interface WebSocketServerOptions extends Partial<Limits> {
  /** What answers at which path; or a function that says it. Nothing answers: 404. */
  readonly endpoints:
    | Readonly<Record<string, Behaviour>>
    | ((request: UpgradeRequest) => Behaviour | undefined);
  /** Origins whose pages may connect, such as `https://example.com`; all, where it is left out. */
  readonly allowedOrigins?: readonly string[];
  /** The subprotocols spoken here, or a function that picks one of those offered. */
  readonly subprotocols?: readonly string[] | ((request: UpgradeRequest) => string | undefined);
  /** Refuses a request, for instance with 401 and a WWW-Authenticate header. */
  readonly verify?: (
    request: UpgradeRequest,
  ) => RefusedHandshake | undefined | Promise<RefusedHandshake | undefined>;
  /** Sees handshakes, frames, messages, violations and closes. */
  readonly observe?: Observer;
  /** A handler of yours threw; its connection is closed with 1011. Without it, the error is thrown. */
  readonly onHandlerError?: (error: unknown) => void;
}

export interface WebSocketServer {
  /** Listens; resolves when connections are accepted. Port 0 picks a free one. */
  listen(port?: number, host?: string): Promise<AddressInfo>;
  /** Where it listens, such as `ws://127.0.0.1:3200`. */
  readonly url: string;
  /** The open connections. */
  readonly sockets: ReadonlySet<ServerWebSocket>;
  /**
   * Stops listening and closes every connection.
   *
   * @param code sent in the Close frames, 1001 unless given
   * @param deadline milliseconds after which connections that are still there are destroyed;
   *   `closeTimeout` unless given
   */
  close(code?: number, deadline?: number): Promise<void>;
}

/** Throws a RangeError or TypeError that names the option which is wrong. */
export function createWebSocketServer(options: WebSocketServerOptions): WebSocketServer {
  return new ListeningServer(options);
}

class ListeningServer implements WebSocketServer {
  readonly #options: WebSocketServerOptions;
  readonly #limits: Limits;
  readonly #side: ServerSide;
  readonly #all = new Set<ServerWebSocket>();
  readonly #open = new Set<ServerWebSocket>();
  readonly #server: Server;
  readonly #clock = { now: 0 };
  #sweep: NodeJS.Timeout | undefined;
  #lastId = 0;
  #closing = false;
  #allEnded: (() => void) | undefined;

  constructor(options: WebSocketServerOptions) {
    this.#options = options;
    this.#limits = readLimits(options);
    const { observe } = options;
    this.#side = {
      limits: this.#limits,
      shared: { limits: this.#limits, arena: new Arena(), message: new Message() },
      observe,
      clock: this.#clock,
      decide: (request) => this.#decide(request),
      opened: (socket) => this.#open.add(socket),
      ended: (socket) => this.#ended(socket),
      handlerFailed: (error) => this.#handlerFailed(error),
    };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (stream) =>
      this.#connected(stream),
    );
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo | null;
    if (address === null) throw new Error('The server does not listen: call listen() first.');
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `ws://${host}:${address.port}`;
  }

  get sockets(): ReadonlySet<ServerWebSocket> {
    return this.#open;
  }

  listen(port = 0, host = '127.0.0.1'): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#startClock();
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  async close(code = 1001, deadline = this.#limits.closeTimeout): Promise<void> {
    this.#closing = true;
    const stopped = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
    for (const socket of this.#all) socket.close(code);
    if (this.#all.size > 0) {
      const timer = setTimeout(() => {
        for (const socket of this.#all) socket.terminate();
      }, deadline);
      await new Promise<void>((resolve) => {
        this.#allEnded = resolve;
      });
      clearTimeout(timer);
    }
    clearInterval(this.#sweep);
    await stopped;
  }

  #connected(stream: Socket): void {
    const socket = new ServerWebSocket(this.#side, ++this.#lastId);
    this.#all.add(socket);
    socket.start(new StreamTransport(stream, socket));
  }

  #ended(socket: ServerWebSocket): void {
    this.#all.delete(socket);
    this.#open.delete(socket);
    if (this.#all.size === 0) this.#allEnded?.();
  }

  // One timer for all connections: a timer each would cost more than the messages.
  #startClock(): void {
    const { handshakeTimeout, closeTimeout, idleTimeout } = this.#limits;
    const shortest = Math.min(handshakeTimeout, closeTimeout, idleTimeout || handshakeTimeout);
    const interval = Math.min(Math.max(Math.floor(shortest / 8), 5), 1000);
    this.#clock.now = performance.now();
    this.#sweep = setInterval(() => {
      this.#clock.now = performance.now();
      for (const socket of this.#all) socket.checkTime();
    }, interval);
    this.#sweep.unref();
  }

  #decide(request: UpgradeRequest): Decision | Promise<Decision> {
    const { allowedOrigins, verify } = this.#options;
    if (this.#closing) return { refuse: 'shutting-down' };
    // RFC 6455 §10.2: a browser tells the Origin; what is no browser has none to be checked.
    if (allowedOrigins !== undefined && request.origin !== undefined) {
      if (!allowedOrigins.includes(request.origin)) return { refuse: 'origin-refused' };
    }
    const refused = verify?.(request);
    if (refused instanceof Promise) {
      return refused.then((known) =>
        known === undefined ? this.#choose(request) : { refuse: known },
      );
    }
    return refused === undefined ? this.#choose(request) : { refuse: refused };
  }

  #choose(request: UpgradeRequest): Decision {
    const { endpoints, subprotocols } = this.#options;
    const behaviour =
      typeof endpoints === 'function'
        ? endpoints(request)
        : Object.hasOwn(endpoints, request.path)
          ? endpoints[request.path]
          : undefined;
    if (behaviour === undefined) return { refuse: 'no-such-endpoint' };
    if (typeof subprotocols !== 'function') {
      const spoken = request.subprotocols.find((name) => subprotocols?.includes(name));
      return { behaviour, subprotocol: spoken };
    }
    const subprotocol = subprotocols(request);
    // RFC 6455 §4.2.2: only one that the client offered.
    if (subprotocol !== undefined && !request.subprotocols.includes(subprotocol)) {
      throw new Error(
        `Option subprotocols chose ${JSON.stringify(subprotocol)}, which was not offered.`,
      );
    }
    return { behaviour, subprotocol };
  }

  #handlerFailed(error: unknown): void {
    if (this.#options.onHandlerError !== undefined) this.#options.onHandlerError(error);
    else
      process.nextTick(() => {
        throw error;
      });
  }
}
