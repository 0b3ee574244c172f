/**
 * A forward proxy (RFC 9110 §7.3) for the browser contexts of one test. It passes everything on, and
 * hands each opening handshake of a WebSocket to its owner. TLS is opened only if it may carry one.
 */
import { once, setMaxListeners } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Channel } from '../../conformance/transport/channel.ts';
import { tcpChannel, tlsChannel } from '../../conformance/transport/socket-channel.ts';
import type { Authority } from './authority.ts';
import { type ClientHello, isTls, readClientHello } from './client-hello.ts';
import type { ExtendedConnectProbe } from './extended-connect.ts';
import { type OpeningRequest, readOpening } from './opening.ts';
import { peek } from './peek.ts';
import { type HostAndPort, parseUrl, reach, secure, type Upstream } from './reach.ts';

/** A WebSocket connection that a page is opening. */
export interface Opening {
  readonly request: OpeningRequest;
  readonly isSecure: boolean;
  /** The page's end: nothing has been read from it. */
  readonly client: Channel;
  /** What the recorder changed, in words. */
  readonly notes: readonly string[];
  /** Connects to the server that the page asked for. */
  dial(): Promise<Channel>;
}

export interface ForwardProxyOptions {
  readonly authority: Authority;
  /** Asked about origins whose WebSockets a browser might open inside an HTTP/2 session. */
  readonly extendedConnect: ExtendedConnectProbe | undefined;
  readonly upstream: Upstream | undefined;
  /** Open all TLS, not only what may carry a WebSocket. */
  readonly interceptsEverything: boolean;
  /** Whether servers may have any certificate. */
  readonly trustsAny: boolean;
  /** Whether some address may be answered here: it need not exist then. */
  readonly mayAnswer: () => boolean;
  readonly onOpening: (opening: Opening) => void;
  /** Why a connection could not be looked at or passed on. */
  readonly onFailure: (reason: string) => void;
}

const overHttp1 =
  'spoke HTTP/1.1 because of the recorder: the server offers WebSocket over HTTP/2 (RFC 8441)';

export class ForwardProxy {
  readonly #options: ForwardProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #abort = new AbortController();

  constructor(options: ForwardProxyOptions) {
    this.#options = options;
    // Each connection has a listener.
    setMaxListeners(0, this.#abort.signal);
    this.#server = createServer((request, response) => this.#forward(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('connect', (request, socket, head) => {
      // Channels report errors; before there is one, the browser has gone.
      socket.on('error', () => {});
      this.#connect(request.url ?? '', socket as Socket, head).catch((error: Error) => {
        options.onFailure(error.message);
        socket.destroy();
      });
    });
    this.#server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n');
    });
  }

  /** Listens on the loopback; resolves with the address for Playwright's `proxy.server`. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#agent.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** A request for http: in absolute form (RFC 9112 §3.2.2). */
  #forward(request: IncomingMessage, response: ServerResponse): void {
    const url = parseUrl(request.url ?? '');
    if (url?.protocol !== 'http:') {
      response.writeHead(400).end('This is the recorder of framewright/playwright, a proxy.\n');
      return;
    }
    const { upstream } = this.#options;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const through = upstream && !upstream.isBypassed(host) ? upstream : undefined;
    const forwarded = httpRequest({
      agent: this.#agent,
      host: through?.host ?? host,
      port: through?.port ?? (url.port || 80),
      method: request.method!,
      path: through ? url.href : `${url.pathname}${url.search}`,
      setHost: false,
      headers: [
        ...withoutProxyFields(request.rawHeaders),
        ...(through?.authorization ? ['Proxy-Authorization', through.authorization] : []),
      ],
    });
    forwarded.once('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.statusMessage!, answer.rawHeaders);
      pipeline(answer, response, () => {});
    });
    forwarded.once('error', ({ message }) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`${url.host} cannot be reached: ${message}\n`);
    });
    response.once('close', () => forwarded.destroy());
    request.pipe(forwarded);
  }

  /** A tunnel (RFC 9110 §9.3.6). */
  async #connect(authority: string, client: Socket, head: Buffer): Promise<void> {
    const target = readAuthority(authority);
    if (!target) {
      client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return;
    }
    const { mayAnswer, upstream } = this.#options;
    const dial = memoized(() => reach(target, upstream, this.#abort.signal));
    if (!mayAnswer()) {
      try {
        await dial();
      } catch (error) {
        const { message } = error as Error;
        this.#options.onFailure(message);
        client.end(`HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\n\r\n${message}\n`);
        return;
      }
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) client.unshift(head);
    await this.#look(client, target, dial);
  }

  async #look(client: Socket, target: HostAndPort, dial: () => Promise<Socket>): Promise<void> {
    const begin = await peek(client, readBeginning);
    if (begin === undefined) {
      client.destroy();
      (await dial().catch(() => undefined))?.destroy();
      return;
    }
    if (begin === 'other') return join(client, await dial());
    if ('protocols' in begin) return this.#lookInside(client, target, begin, dial);
    this.#options.onOpening({
      request: begin,
      isSecure: false,
      client: tcpChannel(client),
      notes: [],
      dial: async () => tcpChannel(await dial()),
    });
  }

  /** TLS: opened if it may carry a WebSocket handshake. */
  async #lookInside(
    client: Socket,
    target: HostAndPort,
    { servername, protocols }: ClientHello,
    dial: () => Promise<Socket>,
  ): Promise<void> {
    const { authority, extendedConnect, upstream, interceptsEverything, trustsAny } = this.#options;
    const offersHttp2 = protocols.includes('h2');
    const { signal } = this.#abort;
    const isHidden =
      offersHttp2 &&
      (await extendedConnect?.isOfferedBy(target, servername, upstream, signal)) === true;
    if (offersHttp2 && !isHidden && !interceptsEverything) return join(client, await dial());
    const host = servername ?? target.host;
    const tls = new TLSSocket(client, {
      isServer: true,
      secureContext: await authority.contextFor(host),
      ALPNProtocols: ['http/1.1'],
    });
    try {
      await once(tls, 'secure');
    } catch (error) {
      const reason = (error as Error).message;
      throw new Error(`the browser refused the recorder's certificate for ${host}: ${reason}`);
    }
    tls.on('error', () => {});
    const dialTls = async () => {
      const tcp = await dial();
      return { tcp, tls: await secure(tcp, target, servername, trustsAny) };
    };
    const begin = await peek(tls, readOpening);
    if (begin === undefined) {
      tls.destroy();
      return;
    }
    if (begin === 'other') return join(tls, (await dialTls()).tls);
    this.#options.onOpening({
      request: begin,
      isSecure: true,
      client: tlsChannel(tls, client),
      notes: isHidden ? [overHttp1] : [],
      dial: async () => {
        const server = await dialTls();
        return tlsChannel(server.tls, server.tcp);
      },
    });
  }
}

function readBeginning(bytes: Buffer): ClientHello | OpeningRequest | 'other' | undefined {
  if (!isTls(bytes[0])) return readOpening(bytes);
  try {
    return readClientHello(bytes);
  } catch {
    return 'other';
  }
}

/** Passes both directions on, unseen. */
function join(client: Socket, server: Socket): void {
  pipeline(client, server, () => {});
  pipeline(server, client, () => {});
}

/** Fields for this proxy alone (RFC 9110 §11.7), from name, value, name, value … */
function withoutProxyFields(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !/^proxy-/i.test(raw[index - (index % 2)]!));
}

/** `example.com:443`, `[::1]:443` */
function readAuthority(authority: string): HostAndPort | undefined {
  const [, ipv6, name, port] = /^(?:\[([\da-f:.]+)\]|([^\s:/[\]]+)):(\d+)$/i.exec(authority) ?? [];
  const host = ipv6 ?? name;
  return host && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined;
}

/** The same promise for every call. */
function memoized<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => (made ??= make());
}
