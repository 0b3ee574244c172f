/**
 * Whether an origin offers WebSocket over HTTP/2 (RFC 8441 §3). A browser then opens WebSockets inside
 * the session that loads its pages, where a relay of encrypted bytes cannot see them.
 */
import { connect } from 'node:http2';
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type HostAndPort, reach, type Upstream } from './reach.ts';

export class ExtendedConnectProbe {
  readonly #answers = new Map<string, Promise<boolean>>();

  /** Each origin is asked once. An origin that cannot be asked does not offer it. */
  isOfferedBy(
    target: HostAndPort,
    servername: string | undefined,
    upstream: Upstream | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    const origin = `${servername} ${target.host}:${target.port}`;
    let answer = this.#answers.get(origin);
    if (!answer) {
      answer = ask(target, servername, upstream, signal).catch(() => {
        this.#answers.delete(origin);
        return false;
      });
      this.#answers.set(origin, answer);
    }
    return answer;
  }
}

async function ask(
  target: HostAndPort,
  servername: string | undefined,
  upstream: Upstream | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const tcp = await reach(target, upstream, signal);
  const name = servername ?? (isIP(target.host) ? undefined : target.host);
  const tls = connectTls({
    socket: tcp,
    ...(name !== undefined && { servername: name }),
    // Only its settings are read; the browser checks the certificate.
    rejectUnauthorized: false,
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  return new Promise((resolve, reject) => {
    const fail = (error?: Error) => {
      tcp.destroy();
      reject(error ?? new Error('the connection was closed'));
    };
    tls.once('error', fail);
    tls.once('close', () => fail());
    tls.once('secureConnect', () => {
      if (tls.alpnProtocol !== 'h2') {
        resolve(false);
        tcp.destroy();
        return;
      }
      const session = connect(`https://${name ?? 'localhost'}:${target.port}`, {
        createConnection: () => tls,
      });
      session.once('error', fail);
      session.once('remoteSettings', ({ enableConnectProtocol = false }) => {
        resolve(enableConnectProtocol);
        session.destroy();
      });
    });
  });
}
