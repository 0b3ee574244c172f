/**
 * One inspected connection: client ⇄ relay ⇄ tap ⇄ relay ⇄ server. The tap in the middle records and
 * changes nothing; the relays on both sides of it can insert bytes into either stream, so that
 * injected bytes are recorded like all others.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  type ConnectError,
  connect as connectTo,
  reasonOf,
} from '../conformance/transport/connect.ts';
import { startTap, type Tap, type TapConnection } from '../conformance/transport/tap.ts';
import type { Side } from '../conformance/wire/timeline.ts';
import type { ReceivedRequest } from './request.ts';

const loopback = '127.0.0.1';

/** How long a target may take to accept a connection, in ms. */
const connectTimeout = 10_000;

export class InjectingRelay {
  readonly connection: TapConnection;
  readonly #tap: Tap;
  readonly #outer: readonly Socket[];
  /** The sockets that lead into the tap: bytes written to them appear to come from that side. */
  readonly #into: Record<Side, Socket>;
  readonly #injected: Record<Side, { start: number; end: number }[]> = { client: [], server: [] };

  /** @param outer the sockets of the client and of the server */
  constructor(
    tap: Tap,
    connection: TapConnection,
    into: Record<Side, Socket>,
    outer: readonly Socket[],
  ) {
    this.#tap = tap;
    this.connection = connection;
    this.#into = into;
    this.#outer = outer;
  }

  /**
   * Inserts bytes into the stream of one side, as soon as it is between two frames.
   *
   * @throws Error when that side's stream has ended
   */
  async inject(as: Side, bytes: Uint8Array): Promise<void> {
    await this.#betweenFrames(as);
    const into = this.#into[as];
    if (!into.writable)
      throw new Error(`The stream of the ${as} has ended: nothing more can be sent.`);
    const start = into.bytesWritten;
    this.#injected[as].push({ start, end: start + bytes.length });
    into.write(bytes);
  }

  /** Whether the byte at this offset of a side's stream was inserted by `inject`. */
  isInjected(side: Side, offset: number): boolean {
    return this.#injected[side].some(({ start, end }) => offset >= start && offset < end);
  }

  /** Cuts the connection. */
  async close(): Promise<void> {
    await this.#tap.close();
    for (const socket of [...this.#outer, ...Object.values(this.#into)]) socket.destroy();
  }

  #betweenFrames(side: Side): Promise<void> {
    const { connection } = this;
    const mayGo = () =>
      connection.isClosed || connection.conversation()[side].rest.bytes.length === 0;
    if (mayGo()) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#tap.subscribe(() => {
        if (!mayGo()) return;
        stop();
        resolve();
      });
    });
  }
}

/**
 * Connects an accepted, paused socket to the target, through relays and a tap.
 *
 * @param request what the client has sent so far
 * @param listen called before anything passes through the tap
 * @throws Error with the reason when the target cannot be reached
 */
export async function intercept(
  client: Socket,
  request: ReceivedRequest,
  target: URL,
  listen: (tap: Tap) => void,
): Promise<InjectingRelay> {
  const server = await dial(target);
  const inner = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
  inner.listen(0, loopback);
  await once(inner, 'listening');
  const { port } = inner.address() as AddressInfo;
  const tap = await startTap({ target: { host: loopback, port } });
  listen(tap);
  const accepted = once(inner, 'connection') as Promise<[Socket]>;
  const outside = connect({ port: tap.port, host: tap.host, allowHalfOpen: true, noDelay: true });
  const [inside] = await accepted;
  inner.close();
  joinErrors(client, outside);
  joinErrors(inside, server);
  outside.pipe(client);
  server.pipe(inside);
  inside.pipe(server);
  passWithHost(client, request, outside, target.host);
  const connection = await tap.connection();
  return new InjectingRelay(tap, connection, { client: outside, server: inside }, [client, server]);
}

async function dial(url: URL): Promise<Socket> {
  // Servers on this machine use self-signed certificates; nobody can intercept the loopback.
  const insecure = /^(localhost|127\..*|\[::1\])$/.test(url.hostname);
  try {
    return await connectTo({ url, headers: [], insecure }, connectTimeout);
  } catch (error) {
    const { code, cause } = error as ConnectError;
    const why = code === 'ECONNREFUSED' ? 'nothing is listening there' : reasonOf(cause as Error);
    throw new Error(`${url.host} cannot be reached: ${why}.`, { cause: error });
  }
}

/** A reset is passed on as a reset; any other failure of one socket ends the other. */
function joinErrors(a: Socket, b: Socket): void {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNRESET') other.resetAndDestroy();
      else other.destroy();
    });
  }
}

/**
 * Passes everything on, with the Host header naming the target: the client sends the tap's address,
 * and a server with several names must not notice (RFC 9110 §7.2).
 */
function passWithHost(
  client: Socket,
  { head, rest }: ReceivedRequest,
  outside: Socket,
  host: string,
): void {
  const renamed = head.replace(/^Host[ \t]*:[^\r\n]*/im, `Host: ${host}`);
  outside.write(Buffer.concat([Buffer.from(`${renamed}\r\n\r\n`, 'latin1'), rest]));
  client.pipe(outside);
}
