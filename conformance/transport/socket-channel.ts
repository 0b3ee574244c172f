/** A channel on a socket of Node: TCP, or TLS over it. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Channel, ChannelDescription, ChannelOwner, End } from './channel.ts';

/** The socket must be able to stay half open (`allowHalfOpen`). */
export const tcpChannel = (socket: Socket): Channel =>
  new SocketChannel(socket, socket, { transport: 'tcp', ...endpointsOf(socket) });

/** @param tcp what `tls` runs over: only that can be reset */
export const tlsChannel = (tls: TLSSocket, tcp: Socket): Channel =>
  new SocketChannel(tls, tcp, {
    transport: 'tls',
    ...endpointsOf(tcp),
    tls: {
      version: tls.getProtocol() ?? '',
      cipher: tls.getCipher().standardName,
      protocol: tls.alpnProtocol || undefined,
      servername: servernameOf(tls),
    },
  });

class SocketChannel implements Channel {
  readonly description: ChannelDescription;
  readonly #socket: Socket;
  readonly #tcp: Socket;
  #owner: ChannelOwner | undefined;
  /** What has come to an end so far, for an owner that comes later. */
  readonly #ends: ((owner: ChannelOwner) => void)[] = [];
  #isDestroyed = false;

  constructor(socket: Socket, tcp: Socket, description: ChannelDescription) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.description = description;
    socket.on('end', () => this.#report((owner) => owner.ended('fin')));
    socket.on('error', (error) =>
      this.#report((owner) => (isReset(error) ? owner.ended('rst') : owner.failed(error))),
    );
    socket.on('close', () => this.#report((owner) => owner.closed(), true));
  }

  get writable(): boolean {
    return this.#socket.writable;
  }

  get buffered(): number {
    return this.#socket.writableLength;
  }

  get needsDrain(): boolean {
    return this.#socket.writableNeedDrain;
  }

  open(owner: ChannelOwner): void {
    const isFirst = this.#owner === undefined;
    this.#owner = owner;
    if (isFirst) {
      this.#socket.on('data', (bytes) => {
        if (!this.#isDestroyed) this.#owner!.bytes(bytes);
      });
      this.#socket.on('drain', () => this.#owner!.drained());
    }
    for (const report of [...this.#ends]) report(owner);
    this.#socket.resume();
  }

  write(bytes: Uint8Array, flushed?: () => void): void {
    this.#socket.write(bytes, flushed && (() => flushed()));
  }

  end(how: End, last?: Uint8Array): void {
    if (how === 'fin') {
      if (last && last.length > 0) this.#socket.end(last);
      else this.#socket.end();
      return;
    }
    if (last && last.length > 0) this.#socket.write(last);
    this.#tcp.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#socket.destroy();
  }

  #report(report: (owner: ChannelOwner) => void, isLast = false): void {
    if (this.#isDestroyed && !isLast) return;
    this.#ends.push(report);
    if (this.#owner) report(this.#owner);
  }
}

/** EPIPE: the other end has reset the connection, and this one has noticed by a write. */
const isReset = ({ code }: NodeJS.ErrnoException) => code === 'ECONNRESET' || code === 'EPIPE';

const endpointsOf = (socket: Socket) => ({
  local: { address: plainAddress(socket.localAddress), port: socket.localPort ?? 0 },
  remote: { address: plainAddress(socket.remoteAddress), port: socket.remotePort ?? 0 },
});

/** A socket of both families shows an IPv4 address in a form of IPv6 (RFC 4291 §2.5.5.2). */
const plainAddress = (address = '') => address.replace(/^::ffff:(?=\d+\.)/, '');

/** Node has it as a property on both sides, and types it as neither. */
function servernameOf(tls: TLSSocket): string | undefined {
  const { servername } = tls as { servername?: string | false | null };
  return servername || undefined;
}
