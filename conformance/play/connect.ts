/** Opens the raw connection to a server target: TCP, or TLS over it. */

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { startAwakeTimer } from './awake-timer.ts';

/** A server under test, as the command line names it. */
export interface ServerTarget {
  /** `ws:` or `wss:`, with path and query as they are to be asked for. */
  readonly url: URL;
  /** Sent with every handshake, after the ones the protocol needs. */
  readonly headers: readonly (readonly [name: string, value: string])[];
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
    super(`no connection to ${target.url.host}: ${cause.message}`, { cause });
    this.code = cause.code ?? 'UNKNOWN';
    this.host = target.url.host;
  }
}

/** @returns a half-open-capable socket without Nagle's delay; @throws {ConnectError} */
export function connect(target: ServerTarget, timeout: number): Promise<Socket> {
  const secure = target.url.protocol === 'wss:';
  const host = target.url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(target.url.port || (secure ? 443 : 80));
  const options = { host, port, allowHalfOpen: true, noDelay: true };
  return new Promise((resolve, reject) => {
    const socket = secure
      ? connectTls({
          ...options,
          rejectUnauthorized: !target.insecure,
          ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
        })
      : connectTcp(options);
    const stop = startAwakeTimer(timeout, () => {
      socket.destroy(Object.assign(new Error(`no answer in ${timeout} ms`), { code: 'ETIMEDOUT' }));
    });
    const fail = (error: NodeJS.ErrnoException) => {
      stop();
      reject(new ConnectError(target, error));
    };
    socket.once('error', fail);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      stop();
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
