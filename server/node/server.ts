/**
 * The WebSocket server: listens or takes over connections from another server, counts connections,
 * and shuts down.
 */
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
   * permessage-deflate (RFC 7692), for clients that offer it; off by default. It costs CPU time, and
   * a message must not mix secrets with text that an attacker chooses.
   */
  readonly compression?: CompressionOption | undefined;
  /** Serves wss: a key and a certificate, and any other option of `node:tls`. */
  readonly tls?: TlsOptions | undefined;
  /** Receives handshakes, frames, messages, violations and closes. */
  readonly observe?: Observer | undefined;
  /**
   * `auto` works below Node's public API if possible, which is about twice as fast; `stream` uses
   * `net.Socket`. Peers see no difference.
   */
  readonly transport?: 'auto' | 'stream' | undefined;
  /** A handler threw; its connection is closed with 1011. Without this option, the error is rethrown. */
  readonly onHandlerError?: ((error: unknown) => void) | undefined;
}

/** A server that listens, or takes connections over from another one. */
export interface WebSocketServer {
  /** Listens; resolves when connections are accepted. Port 0 picks a free one. */
  listen(port?: number, host?: string): Promise<AddressInfo>;
  /** Where it listens, such as `ws://127.0.0.1:3200`. Throws while it is not listening. */
  readonly url: string;
  /** The open connections. */
  readonly sockets: ReadonlySet<ServerWebSocket>;
  /**
   * Takes over from a server of `node:http` or `node:https`, with the arguments of its `upgrade`
   * event. Refuses anything but a WebSocket handshake.
   */
  handleUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /**
   * Stops listening and closes every connection, including those taken over. May be called again
   * with a shorter deadline.
   *
   * @param code sent in the Close frames, 1001 by default
   * @param deadline milliseconds after which remaining connections are destroyed;
   *   `closeTimeout` by default
   */
  close(code?: number, deadline?: number): Promise<void>;
  /** Closes with 1001: `await using server = createWebSocketServer(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Throws a RangeError or TypeError that names the option, the expected value and the actual one. */
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

/** How many connections over the limit get a response at the same time; others are just dropped. */
const mostRefusedAtOnce = 1024;

class NodeServer implements WebSocketServer {
  readonly #options: WebSocketServerOptions;
  readonly #limits: Limits;
  readonly #side: ServerSide;
  readonly #server: Server;
  /** All connections, in whatever state. */
  readonly #connections = new Set<TransportOwner>();
  readonly #open = new Set<ServerWebSocket>();
  /** TCP connections whose TLS layer is in use. */
  readonly #beneathTls = new Set<Socket>();
  readonly #perAddress = new Map<string, number>();
  readonly #clock: Clock;
  #lastId = 0;
  #closing = false;
  /** Called when the last connection has ended. */
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
    // Not half-open: when its TLS handshake fails, Node keeps counting such a connection, and its
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
    if (address === null) throw new Error('The server is not listening: call listen() first.');
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
    // The rest never finished their TLS handshake.
    for (const socket of this.#beneathTls) socket.destroy();
    await stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
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

  /** Counts a connection, and returns why it is not allowed, if so. */
  #admit(connection: Handshaking, transport: Transport): RefusalRule | undefined {
    this.#connections.add(connection);
    this.#clock.start();
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    if (this.#closing) return 'shutting-down';
    if (this.#connections.size > maxConnections) return 'too-many-connections';
    // Reading the address costs a system call: only when it is needed.
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
