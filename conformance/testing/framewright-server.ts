/** Our own server as a target: the only file of conformance/ that may import it. */
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
  /** Whether a request is accepted; otherwise the answer is 401. */
  readonly isLetIn?: (request: UpgradeRequest) => boolean;
}

/**
 * An echo server on a free port of the loopback, with limits for the largest case, open to pages of
 * its own origin and to clients that are not browsers.
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

/** The same over TLS, with a self-signed certificate. */
export async function startFramewrightServerOverTls(): Promise<RunningTarget> {
  return startFramewrightServer({ tls: await selfSignedCertificate() });
}
