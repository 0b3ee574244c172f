/** Our own server as a target: the one file here that may know it. */
import { type Certificate, selfSignedCertificate } from '../../server/node/certificate.ts';
import type { DecisionOptions } from '../../server/node/decide.ts';
import { createWebSocketServer } from '../../server/node/server.ts';
import type { UpgradeRequest } from '../../server/protocol/handshake.ts';

export interface RunningTarget {
  readonly url: URL;
  close(): Promise<void>;
}

interface OursOptions extends Pick<DecisionOptions, 'subprotocols'> {
  readonly tls?: Certificate;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Whether a request is let in; a login is asked for where it is not. */
  readonly isLetIn?: (request: UpgradeRequest) => boolean;
}

/**
 * An echo server on a free port of the loopback: its limits as wide as the largest case needs, open
 * to pages of its own origin and to what is no page.
 */
export async function startFramewrightServer({
  host,
  isLetIn,
  ...options
}: OursOptions = {}): Promise<RunningTarget> {
  const allowedOrigins: string[] = [];
  const server = createWebSocketServer({
    endpoints: { '/': { message: (socket, message) => void socket.send(message) } },
    maxMessageBytes: 64 * 1024 * 1024,
    compression: { contextTakeover: true, threshold: 0 },
    allowedOrigins,
    verify: (request) =>
      isLetIn?.(request) === false ? { status: 401, body: 'log in' } : undefined,
    ...options,
  });
  await server.listen(0, host);
  allowedOrigins.push(server.url.replace(/^ws/, 'http'));
  return { url: new URL(server.url), close: () => server.close(1001, 0) };
}

/** The same behind TLS, with a certificate that nobody trusts. */
export async function startFramewrightServerOverTls(): Promise<RunningTarget> {
  return startFramewrightServer({ tls: await selfSignedCertificate() });
}
