/** Our own server as a target: the one file here that may know it. */
import { type Certificate, selfSignedCertificate } from '../../server/node/certificate.ts';
import { createWebSocketServer } from '../../server/node/server.ts';

export interface RunningTarget {
  readonly url: URL;
  close(): Promise<void>;
}

/**
 * An echo server on a free port of the loopback: its limits as wide as the largest case needs, open
 * to pages of its own origin and to what is no page.
 */
export async function startOurs(tls?: Certificate): Promise<RunningTarget> {
  const allowedOrigins: string[] = [];
  const server = createWebSocketServer({
    endpoints: { '/': { message: (socket, message) => void socket.send(message) } },
    maxMessageBytes: 64 * 1024 * 1024,
    compression: { contextTakeover: true, threshold: 0 },
    allowedOrigins,
    ...(tls && { tls }),
  });
  await server.listen();
  allowedOrigins.push(server.url.replace(/^ws/, 'http'));
  return { url: new URL(server.url), close: () => server.close(1001, 0) };
}

/** The same behind TLS, with a certificate that nobody trusts. */
export async function startOursOverTls(): Promise<RunningTarget> {
  return startOurs(await selfSignedCertificate());
}
