/** Connects to the hosts that a browser asks for, directly or through the user's own proxy. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

export interface HostAndPort {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** The value of Playwright's `proxy` option. */
export interface ProxySettings {
  readonly server: string;
  readonly bypass?: string;
  readonly username?: string;
  readonly password?: string;
}

/** A proxy that the recorder itself uses. */
export interface Upstream extends HostAndPort {
  /** The value of Proxy-Authorization; undefined without a login. */
  readonly authorization: string | undefined;
  isBypassed(host: string): boolean;
}

/** @returns undefined if it is not a URL */
export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/**
 * Reads Playwright's `proxy` option.
 * @throws {Error} if it is not an HTTP proxy
 */
export function upstreamOf(settings: ProxySettings | undefined): Upstream | undefined {
  if (!settings || settings.server === 'per-context') return undefined;
  const { server, bypass = '', username, password = '' } = settings;
  const url = parseUrl(/^\w+:\/\//.test(server) ? server : `http://${server}`);
  if (url?.protocol !== 'http:') {
    throw new Error(
      `framewright/playwright records through its own proxy, which can pass connections on to an HTTP proxy only. use.proxy.server is ${server}.`,
    );
  }
  const login = username ?? decodeURIComponent(url.username);
  const secret = username === undefined ? decodeURIComponent(url.password) : password;
  const authorization = login && `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`;
  const rules = bypass.split(',').map((rule) => rule.trim().toLowerCase());
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    authorization: authorization || undefined,
    // As browsers do: a loopback address is never proxied unless the rules ask for it.
    isBypassed: (host) =>
      (isLoopback(host) && !rules.includes('<-loopback>')) ||
      rules.some((rule) => rule !== '' && matches(host.toLowerCase(), rule)),
  };
}

/**
 * A TCP connection to that host; it may be half open.
 * @throws {Error} that names the host and the reason
 */
export async function reach(
  target: HostAndPort,
  upstream: Upstream | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const name = `${target.host}:${target.port}`;
  try {
    if (!upstream || upstream.isBypassed(target.host)) return await open(target, signal);
    return await openThrough(upstream, authorityOf(target), signal);
  } catch (error) {
    throw new Error(`${name} cannot be reached: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * TLS on a connection, for HTTP/1.1 alone.
 * @param trustsAny accept any certificate
 * @throws {Error} that names the host and the reason
 */
export async function secure(
  tcp: Socket,
  { host, port }: HostAndPort,
  servername: string | undefined,
  trustsAny: boolean,
): Promise<TLSSocket> {
  const name = servername ?? (isIP(host) ? undefined : host);
  const tls = connectTls({
    socket: tcp,
    host,
    ...(name !== undefined && { servername: name }),
    rejectUnauthorized: !trustsAny,
    ALPNProtocols: ['http/1.1'],
  });
  try {
    await once(tls, 'secureConnect');
    return tls;
  } catch (error) {
    tcp.destroy();
    throw new Error(
      `the TLS handshake with ${host}:${port} failed: ${reasonOf(error)}${trustsAny ? '' : '; ignoreHTTPSErrors: true accepts any certificate'}`,
      { cause: error },
    );
  }
}

/** `host:port`, as CONNECT has it (RFC 9110 §9.3.6). */
const authorityOf = ({ host, port }: HostAndPort) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

async function open({ host, port }: HostAndPort, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const abort = () => socket.destroy(new Error('the test has ended'));
  signal.addEventListener('abort', abort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', abort));
  await once(socket, 'connect');
  return socket;
}

function openThrough(
  { host, port, authorization }: Upstream,
  authority: string,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host,
      port,
      method: 'CONNECT',
      path: authority,
      signal,
      headers: {
        Host: authority,
        ...(authorization !== undefined && { 'Proxy-Authorization': authorization }),
      },
    });
    request.once('error', (error) => reject(viaProxy(host, port, reasonOf(error))));
    request.once('connect', ({ statusCode, statusMessage }, socket, head) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket as Socket);
        return;
      }
      socket.destroy();
      reject(viaProxy(host, port, `it answered ${statusCode} ${statusMessage}`));
    });
    request.end();
  });
}

const viaProxy = (host: string, port: number, reason: string) =>
  new Error(`the proxy ${host}:${port} of use.proxy: ${reason}`);

/** An AggregateError, of a name with several addresses, has no message. */
function reasonOf(error: unknown): string {
  const { message, errors } = error as Error & { readonly errors?: readonly Error[] };
  return message || errors?.map((each) => each.message).join(', ') || String(error);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.|^::1$/.test(host);
}

/** `.example.com` and `example.com` also cover what is below them; `*` stands for any characters. */
function matches(host: string, rule: string): boolean {
  const name = rule.replace(/^\*?\./, '').replace(/:\d+$/, '');
  if (!name.includes('*')) return host === name || host.endsWith(`.${name}`);
  const pattern = name.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(host);
}
