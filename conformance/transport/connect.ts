/** Connects to a server target. */
import type { Header } from '../wire/http-head.ts';
import type { Channel } from './channel.ts';
import { type DialTls, dial } from './dial.ts';

/** A server under test, as the command line names it. */
export interface ServerTarget {
  /** `ws:` or `wss:`, with path and query as they are to be asked for. */
  readonly url: URL;
  /** Sent with every handshake, except where a case has its own of that name. */
  readonly headers: readonly Header[];
  /** Accept any certificate. */
  readonly insecure: boolean;
  /** Of `wss:`: the authority that is trusted, and the client's certificate. */
  readonly tls?: Omit<DialTls, 'insecure'>;
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
  throw new TypeError(`${target} is not a target: create one with serverTarget('ws://…')`);
}

/**
 * @param timeout for TCP and TLS together, in ms
 * @param signal destroys the connection, opened or not
 * @throws {ConnectError}
 * @throws {TypeError} where the target is an address alone
 */
export async function connect(
  target: ServerTarget,
  timeout: number,
  signal?: AbortSignal,
): Promise<Channel> {
  requireTarget(target);
  const isSecure = target.url.protocol === 'wss:';
  const address = {
    host: target.url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(target.url.port || (isSecure ? 443 : 80)),
    tls: isSecure ? { ...target.tls, insecure: target.insecure } : undefined,
  };
  try {
    return await dial(address, { timeout, signal });
  } catch (error) {
    throw new ConnectError(target, error as NodeJS.ErrnoException);
  }
}
