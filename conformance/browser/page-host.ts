/** Serves the page that runs client cases, from an address that browsers let open WebSockets. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import sirv from 'sirv';

export interface PageHost {
  /** The page; it knows where the same pages are served over TLS. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * On loopback: Chromium blocks WebSockets to it from `about:blank` and `data:` pages.
 * @param untrusted a host by which the browser reaches loopback without trusting it for that
 * @param answers what the page may ask for of a case: `/asked?id=…` is answered when `/asked` resolves
 */
export async function hostPages(
  untrusted: string,
  answers: Readonly<Record<string, (id: string) => Promise<void>>>,
): Promise<PageHost> {
  const serve = sirv(fileURLToPath(new URL('../../page/', import.meta.url)), { dev: true });
  const answer: RequestListener = (request, response) => {
    serve(request, response, async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const known = answers[pathname];
      await known?.(searchParams.get('id') ?? '');
      response.writeHead(known ? 204 : 404).end();
    });
  };
  const plain = createServer(answer);
  const secure = createSecureServer(await selfSigned(), answer);
  const [port, securePort] = await Promise.all([plain, secure].map(listen));
  const query = new URLSearchParams({ secure: `https://127.0.0.1:${securePort}`, untrusted });
  return {
    url: `http://127.0.0.1:${port}/client-cases/?${query}`,
    async close() {
      await Promise.all([plain, secure].map(closeServer));
    },
  };
}

/** Nobody trusts it: engines are told to take any. */
async function selfSigned() {
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

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
