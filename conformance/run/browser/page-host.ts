/** Serves the page that runs client cases, from an address that may open WebSockets. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { servePageFiles } from '../../../page-files/serve.ts';

export interface PageHost {
  /** The page; its query contains the address of the same pages over TLS. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * On loopback: Chromium blocks WebSockets to it from `about:blank` and `data:` pages.
 * @param untrusted a host by which the browser reaches loopback without trusting it for that
 * @param answers the requests that the page may make, with the query of the case's URL: `/asked?id=…`
 *   is answered with the result of `/asked`
 */
export async function hostPages(
  untrusted: string,
  answers: Readonly<Record<string, (query: URLSearchParams) => Promise<string | undefined>>>,
): Promise<PageHost> {
  // A cacheable page would behave differently in the back/forward cache.
  const serve = servePageFiles({});
  const answer: RequestListener = (request, response) => {
    serve(request, response, async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const known = answers[pathname];
      const words = await known?.(searchParams);
      response.writeHead(known ? (words === undefined ? 204 : 200) : 404).end(words);
    });
  };
  const servers = [createServer(answer), secureLater(answer)];
  const sockets = new Set<Socket>();
  for (const server of servers) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  }
  const [port, securePort] = await Promise.all(servers.map(listen));
  const query = new URLSearchParams({ secure: `https://127.0.0.1:${securePort}`, untrusted });
  return {
    url: `http://127.0.0.1:${port}/client-cases/?${query}`,
    async close() {
      const closed = servers.map((server) => new Promise((done) => server.close(done)));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

/** Few pages are loaded over TLS: creating its certificate takes longer than many cases. */
function secureLater(answer: RequestListener): Server {
  let secure: Promise<SecureServer> | undefined;
  return createTcpServer(async (socket) => {
    // A client that leaves before the certificate exists does not matter; after that, TLS reports errors.
    socket.on('error', () => {});
    secure ??= selfSigned().then((certificate) => createSecureServer(certificate, answer));
    (await secure).emit('connection', socket);
  });
}

/** Self-signed: engines are configured to accept any certificate. */
async function selfSigned() {
  const { generate } = await import('selfsigned');
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { key, cert };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}
