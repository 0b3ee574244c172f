/** Serves the page that runs client cases, from an address that browsers let open WebSockets. */
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

export interface PageHost {
  readonly url: string;
  close(): Promise<void>;
}

/** On loopback: Chromium blocks WebSockets to it from `about:blank` and `data:` pages. */
export async function hostPages(): Promise<PageHost> {
  const serve = sirv(fileURLToPath(new URL('../../page/', import.meta.url)), { dev: true });
  const server: Server = createServer((request, response) => {
    serve(request, response, () => {
      response.writeHead(404).end('not found\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
