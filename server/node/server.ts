// The WebSocket server: listens, or takes what another server hands over; counts connections, shuts
// down.
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { BufferPool } from '../protocol/buffer-pool.ts';
import type { UpgradeRequest } from '../protocol/handshake.ts';
import { Message } from '../protocol/message.ts';
import { fastScratchBuffer } from '../protocol/scratch-buffer.ts';
import type { RefusalRule } from '../protocol/violations.ts';
import { Clock } from './clock.ts';
import {
  checkDecisionOptions,
  type DecisionOptions,
  decide,
  decisionOptionNames,
} from './decide.ts';
import { openHandles } from './handle-transport.ts';
import { Handshaking } from './handshaking.ts';
import { Inflations } from './inflations.ts';
import type { Observer } from './observation.ts';
import { OpenConnection } from './open-connection.ts';
import {
  type CompressionOption,
  type Limits,
  limitTable,
  readCompression,
  readLimits,
} from './options.ts';
import type { Decision, ServerSide } from './server-side.ts';
import type { ServerWebSocket } from './server-web-socket.ts';
import { StreamTransport, type Transport, type TransportOwner } from './transport.ts';

/** All limits are options too: `limitTable` has their units, ranges, defaults and reasons. */
export interface WebSocketServerOptions extends Partial<Limits>, DecisionOptions {
  /**
   * permessage-deflate (RFC 7692), for clients that offer it; off unless given. It costs processor
   * time, and must not mix secrets with what a stranger chooses in one message.
   */
  readonly compression?: CompressionOption | undefined;
  /** Speaks wss: a key and a certificate, and whatever else `node:tls` takes. */
  readonly tls?: TlsOptions | undefined;
  /** Sees handshakes, frames, messages, violations and closes. */
  readonly observe?: Observer | undefined;
  /**
   * `auto` works below Node's public API where that is possible, which is about twice as fast;
   * `stream` stays with `net.Socket`. What a peer sees is the same.
   */
  readonly transport?: 'auto' | 'stream' | undefined;
  /** A handler of yours threw; its connection is closed with 1011. Without it, the error is thrown. */
  readonly onHandlerError?: ((error: unknown) => void) | undefined;
}

export interface WebSocketServer {
  /** Listens; resolves when connections are accepted. Port 0 picks a free one. */
  listen(port?: number, host?: string): Promise<AddressInfo>;
  /** Where it listens, such as `ws://127.0.0.1:3200`. Throws while it does not. */
  readonly url: string;
  /** The open connections. */
  readonly sockets: ReadonlySet<ServerWebSocket>;
  /**
   * Takes over from a server of `node:http` or `node:https`, with the arguments of its `upgrade`
   * event. Refuses what is no WebSocket handshake.
   */
  handleUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /**
   * Stops listening and closes every connection, those taken over too. May be called again, with
   * less patience.
   *
   * @param code sent in the Close frames, 1001 unless given
   * @param deadline milliseconds after which connections that are still there are destroyed;
   *   `closeTimeout` unless given
   */
  close(code?: number, deadline?: number): Promise<void>;
}

/** Throws a RangeError or TypeError that names the option, what it should be, and what it is. */
export function createWebSocketServer(options: WebSocketServerOptions): WebSocketServer {
  return new NodeServer(options);
}

const optionNames: readonly string[] = [
  ...decisionOptionNames,
  ...['compression', 'tls', 'observe', 'onHandlerError', 'transport'],
  ...Object.keys(limitTable),
];

function checkOptions(options: WebSocketServerOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('createWebSocketServer needs options: at least { endpoints }.');
  }
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name)) {
      throw new TypeError(
        `There is no option ${name}. The options are: ${optionNames.join(', ')}.`,
      );
    }
  }
  checkDecisionOptions(options);
  const { tls, transport } = options;
  if (tls !== undefined && (typeof tls !== 'object' || tls === null)) {
    throw new TypeError(`Option tls must be an object with key and cert; got ${String(tls)}.`);
  }
  if (![undefined, 'auto', 'stream'].includes(transport)) {
    throw new TypeError(`Option transport must be 'auto' or 'stream'; got ${String(transport)}.`);
  }
  for (const name of ['observe', 'onHandlerError'] as const) {
    const option: unknown = options[name];
    if (option !== undefined && typeof option !== 'function') {
      throw new TypeError(`Option ${name} must be a function; got ${String(option)}.`);
    }
  }
}

/** Connections over the limit that may be told so at the same time; others are just dropped. */
const mostRefusedAtOnce = 1024;

class NodeServer implements WebSocketServer {
  readonly #options: WebSocketServerOptions;
  readonly #limits: Limits;
  readonly #side: ServerSide;
  readonly #server: Server;
  /** All connections, in whatever state. */
  readonly #connections = new Set<TransportOwner>();
  readonly #open = new Set<ServerWebSocket>();
  /** TCP connections, while TLS is spoken over them. */
  readonly #beneathTls = new Set<Socket>();
  readonly #perAddress = new Map<string, number>();
  readonly #clock: Clock;
  #lastId = 0;
  #closing = false;
  /** Told when the last connection has ended. */
  readonly #waiting: (() => void)[] = [];

  constructor(options: WebSocketServerOptions) {
    checkOptions(options);
    this.#options = options;
    this.#limits = readLimits(options);
    this.#clock = new Clock(this.#limits, () => {
      for (const connection of this.#connections) connection.checkTime();
    });
    this.#side = {
      limits: this.#limits,
      shared: {
        limits: this.#limits,
        scratch: fastScratchBuffer(),
        pool: new BufferPool(),
        message: new Message(),
      },
      compression: readCompression(options.compression),
      inflations: new Inflations(this.#limits.maxInflations),
      observe: options.observe,
      clock: this.#clock,
      decide: (request) => this.#decide(request),
      opened: (before, opened) => this.#opened(before, opened),
      ended: (owner, transport) => this.#ended(owner, transport),
      handlerFailed: (error) => this.#handlerFailed(error),
    };
    const accept = (stream: Socket) => this.#accept((owner) => new StreamTransport(stream, owner));
    const { tls } = options;
    const { handshakeTimeout } = this.#limits;
    if (tls === undefined) {
      this.#server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
      return;
    }
    // Not half-open: Node goes on counting such a connection when its TLS handshake breaks, and its
    // server then never closes (seen in 20.20).
    const server = createTlsServer(
      { ALPNProtocols: ['http/1.1'], handshakeTimeout, ...tls, noDelay: true },
      accept,
    );
    server.on('connection', (socket: Socket) => {
      this.#beneathTls.add(socket);
      socket.once('close', () => this.#beneathTls.delete(socket));
    });
    this.#server = server;
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo | null;
    if (address === null) throw new Error('The server does not listen: call listen() first.');
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `${this.#options.tls === undefined ? 'ws' : 'wss'}://${host}:${address.port}`;
  }

  get sockets(): ReadonlySet<ServerWebSocket> {
    return this.#open;
  }

  listen(port = 0, host = '127.0.0.1'): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const { tls, transport } = this.#options;
        if (tls === undefined && transport !== 'stream') {
          openHandles(this.#server, this.#side.shared.scratch, (open) => this.#accept(open));
        }
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  handleUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { method = '', url: target = '', httpVersion, rawHeaders } = request;
    const headers: [string, string][] = [];
    for (let i = 0; i < rawHeaders.length; i += 2) {
      headers.push([rawHeaders[i]!, rawHeaders[i + 1]!]);
    }
    const connection = new Handshaking(this.#side, ++this.#lastId);
    const transport = new StreamTransport(stream, connection);
    const refused = this.#admit(connection, transport);
    connection.startWith(transport, { method, target, httpVersion, headers }, head, refused);
  }

  async close(code = 1001, deadline = this.#limits.closeTimeout): Promise<void> {
    this.#closing = true;
    const stopped = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
    for (const connection of this.#connections) connection.shutDown(code);
    if (this.#connections.size > 0) {
      const timer = setTimeout(() => {
        for (const connection of this.#connections) connection.terminate();
      }, deadline);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      clearTimeout(timer);
    }
    // What is left never finished its TLS handshake.
    for (const socket of this.#beneathTls) socket.destroy();
    await stopped;
  }

  #accept(open: (owner: TransportOwner) => Transport): void {
    const connection = new Handshaking(this.#side, ++this.#lastId);
    const transport = open(connection);
    const refused = this.#admit(connection, transport);
    connection.start(transport);
    if (refused === undefined) return;
    connection.refuse(refused);
    const most = this.#limits.maxConnections + mostRefusedAtOnce;
    if (this.#connections.size > most) transport.destroy();
  }

  /** Counts a connection, and says why it may not be. */
  #admit(connection: Handshaking, transport: Transport): RefusalRule | undefined {
    this.#connections.add(connection);
    this.#clock.start();
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    if (this.#closing) return 'shutting-down';
    if (this.#connections.size > maxConnections) return 'too-many-connections';
    // Asking for the address costs a system call: only where it is needed.
    if (maxConnectionsPerAddress >= maxConnections) return undefined;
    const address = transport.remoteAddress;
    const before = this.#perAddress.get(address) ?? 0;
    this.#perAddress.set(address, before + 1);
    transport.countedFor = address;
    return before < maxConnectionsPerAddress ? undefined : 'too-many-connections-from-address';
  }

  #opened(before: TransportOwner, opened: OpenConnection): void {
    this.#connections.delete(before);
    this.#connections.add(opened);
    this.#open.add(opened.socket);
  }

  #ended(owner: TransportOwner, { countedFor }: Transport): void {
    this.#connections.delete(owner);
    if (owner instanceof OpenConnection) this.#open.delete(owner.socket);
    if (countedFor !== undefined) {
      const left = this.#perAddress.get(countedFor)! - 1;
      if (left === 0) this.#perAddress.delete(countedFor);
      else this.#perAddress.set(countedFor, left);
    }
    if (this.#connections.size > 0) return;
    this.#clock.stop();
    this.#side.shared.pool.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #decide(request: UpgradeRequest): Decision | Promise<Decision> {
    return this.#closing ? { refuse: 'shutting-down' } : decide(this.#options, request);
  }

  #handlerFailed(error: unknown): void {
    const { onHandlerError } = this.#options;
    if (onHandlerError !== undefined) onHandlerError(error);
    else
      process.nextTick(() => {
        throw error;
      });
  }
}
