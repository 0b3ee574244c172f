/** Opens connections: TCP, or TLS over it. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Channel } from './channel.ts';
import { startLagTolerantTimer } from './lag-tolerant-timer.ts';
import { tcpChannel, tlsChannel } from './socket-channel.ts';

/** Where to connect to. */
export interface Address {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** TCP alone where absent. */
  readonly tls?: DialTls | undefined;
}

/** Which certificate the other end has to have. */
export interface DialTls {
  /** Accept any certificate. Default: the certificate must be valid for the host. */
  readonly insecure?: boolean;
  /** PEM: trusted in place of the authorities that Node knows. */
  readonly ca?: string;
  /** What SNI and the certificate have to say. Default: `host`, if it is a name. */
  readonly servername?: string;
  /** PEM: the certificate of this client, where the other end asks for one. */
  readonly cert?: string;
  /** PEM: the key of `cert`. */
  readonly key?: string;
  /** PKCS#12: certificate and key in one. */
  readonly pfx?: Uint8Array;
  /** Of `key` or `pfx`, where that is encrypted. */
  readonly passphrase?: string;
}

/** How long opening a connection may take. */
export interface DialOptions {
  /** How long TCP and TLS may take together, in ms. Default: as long as the system lets them. */
  readonly timeout?: number;
  /** Destroys the connection, opened or not. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a connection over TCP or TLS. The channel may be half open, and writes without Nagle's
 * delay.
 * @throws Node's error, with its code
 */
export function dial({ host, port, tls }: Address, options: DialOptions = {}): Promise<Channel> {
  const { timeout, signal } = options;
  return new Promise((resolve, reject) => {
    const tcp = connectTcp({ host, port, allowHalfOpen: true, noDelay: true });
    if (signal) destroyOnAbort(tcp, signal);
    let socket = tcp;
    const giveUp = () =>
      socket.destroy(Object.assign(new Error(`no answer in ${timeout} ms`), { code: 'ETIMEDOUT' }));
    const stop = timeout === undefined ? () => {} : startLagTolerantTimer(timeout, giveUp);
    const fail = (error: Error) => {
      stop();
      tcp.destroy();
      reject(error);
    };
    const succeed = (channel: () => Channel) => {
      stop();
      const opened = channel();
      socket.off('error', fail);
      resolve(opened);
    };
    tcp.once('error', fail);
    tcp.once('connect', () => {
      if (!tls) return succeed(() => tcpChannel(tcp));
      const secure = overTls(tcp, host, tls);
      socket = secure;
      secure.once('error', fail);
      secure.once('secureConnect', () => succeed(() => tlsChannel(secure, tcp)));
    });
  });
}

function overTls(
  tcp: Socket,
  host: string,
  { insecure, ca, servername, ...own }: DialTls,
): TLSSocket {
  const name = servername ?? (isIP(host) ? undefined : host);
  return connectTls({
    socket: tcp,
    rejectUnauthorized: !insecure,
    // Without a name the certificate is checked for the address.
    host,
    ...(name === undefined ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca }),
    ...ownCertificate(own),
  });
}

function ownCertificate({ cert, key, pfx, passphrase }: DialTls) {
  return {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(pfx === undefined ? {} : { pfx: Buffer.from(pfx) }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

/** One listener for all sockets of a signal: a signal with many listeners takes longer to add each new one. */
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
