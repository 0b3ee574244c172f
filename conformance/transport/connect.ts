/** Opens the raw connection to a server target: TCP, or TLS over it. */

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Header } from '../wire/http-head.ts';
import { startLagTolerantTimer } from './lag-tolerant-timer.ts';

/** A server under test, as the command line names it. */
export interface ServerTarget {
  /** `ws:` or `wss:`, with path and query as they are to be asked for. */
  readonly url: URL;
  /** Sent with every handshake, except where a case has its own of that name. */
  readonly headers: readonly Header[];
  /** Accept any certificate. */
  readonly insecure: boolean;
}

/** The connection could not be made: nothing can be said of the target's conformance. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  /** Node's error code: `ECONNREFUSED`, … */
  readonly code: string;
  /** With the port, as the address has it. */
  readonly host: string;

  constructor(target: ServerTarget, cause: NodeJS.ErrnoException) {
    super(`no connection to ${target.url.host}: ${reasonOf(cause)}`, { cause });
    this.code = cause.code ?? 'UNKNOWN';
    this.host = target.url.host;
  }
}

/** Of a host with several addresses, an error for each: the whole of them has no message. */
export function reasonOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  return error.errors.map(({ message }: Error) => message).join(', ');
}

/** @throws {TypeError} where it is an address alone */
export function requireTarget(target: ServerTarget): void {
  if (target?.url instanceof URL) return;
  throw new TypeError(`${target} is no target: serverTarget('ws://…') makes one`);
}

/**
 * @param signal destroys the socket, connected or not
 * @returns a half-open-capable socket without Nagle's delay, which can also reset the connection
 * @throws {ConnectError}
 * @throws {TypeError} where the target is an address alone
 */
export function connect(
  target: ServerTarget,
  timeout: number,
  signal?: AbortSignal,
): Promise<Socket> {
  requireTarget(target);
  const secure = target.url.protocol === 'wss:';
  const host = target.url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(target.url.port || (secure ? 443 : 80));
  return new Promise((resolve, reject) => {
    const tcp = connectTcp({ host, port, allowHalfOpen: true, noDelay: true });
    if (signal) destroyOnAbort(tcp, signal);
    let socket = tcp;
    const stop = startLagTolerantTimer(timeout, () => {
      socket.destroy(Object.assign(new Error(`no answer in ${timeout} ms`), { code: 'ETIMEDOUT' }));
    });
    const fail = (error: NodeJS.ErrnoException) => {
      stop();
      tcp.destroy();
      reject(new ConnectError(target, error));
    };
    const succeed = () => {
      stop();
      socket.off('error', fail);
      resolve(socket);
    };
    tcp.once('error', fail);
    tcp.once('connect', () => {
      if (!secure) return succeed();
      socket = overTls(tcp, host, target.insecure);
      socket.once('error', fail);
      socket.once('secureConnect', succeed);
    });
  });
}

/** One listener for all sockets of a run: a signal looks through all it has for each new one. */
const socketsOf = new WeakMap<AbortSignal, Set<Socket>>();

function destroyOnAbort(socket: Socket, signal: AbortSignal): void {
  const aborted = () => Object.assign(new Error('the run was aborted'), { code: 'ABORT_ERR' });
  if (signal.aborted) {
    socket.destroy(aborted());
    return;
  }
  let sockets = socketsOf.get(signal);
  if (!sockets) {
    const all = new Set<Socket>();
    const destroyAll = () => {
      for (const one of all) one.destroy(aborted());
    };
    signal.addEventListener('abort', destroyAll, { once: true });
    socketsOf.set(signal, all);
    sockets = all;
  }
  const open = sockets.add(socket);
  socket.once('close', () => open.delete(socket));
}

function overTls(tcp: Socket, host: string, insecure: boolean): TLSSocket {
  const socket = connectTls({
    socket: tcp,
    rejectUnauthorized: !insecure,
    ...(isIP(host) ? {} : { servername: host }),
  });
  // A TLS socket refuses to do so: only what it stands on can be reset.
  socket.resetAndDestroy = () => {
    tcp.resetAndDestroy();
    return socket;
  };
  return socket;
}
