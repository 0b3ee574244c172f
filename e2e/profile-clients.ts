/** Local clients whose opening request is worth a profile. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { type Engine, engines } from '../browsers/find.ts';
import { launch } from '../browsers/launch.ts';

export interface Product {
  readonly product: string;
  readonly version: string;
}

/** Opens a WebSocket at the address and returns its product; rejects if there is no such client here. */
export type Client = (url: string) => Promise<Product>;

const run = promisify(execFile);

/** What every recipe for curl adds; Host, User-Agent and Accept are curl's own. */
const recipe = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

export const profileClients: Readonly<Record<string, Client>> = {
  ...Object.fromEntries(engines.map((engine) => [engine, browser(engine)])),

  async ws(url) {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    socket.close();
    const manifest = new URL('../node_modules/ws/package.json', import.meta.url);
    return { product: 'ws', version: JSON.parse(readFileSync(manifest, 'utf8')).version };
  },

  async undici(url) {
    const script = `const socket = new WebSocket('${url}'); socket.onopen = () => socket.close();`;
    await run(process.execPath, ['--experimental-websocket', '--eval', script]);
    const { undici, node } = process.versions;
    return { product: 'undici', version: undici ?? `of Node.js ${node}` };
  },

  async curl(url) {
    const { stdout } = await run('curl', ['--version']);
    const headers = recipe.flatMap((header) => ['--header', header]);
    const address = url.replace(/^ws/, 'http');
    const curl = spawn('curl', ['--silent', '--http1.1', '--no-buffer', ...headers, address]);
    // curl prints the first frame when the answer has arrived: the server sends a greeting.
    await once(curl.stdout, 'data');
    curl.kill();
    return { product: 'curl', version: /^curl (\S+)/.exec(stdout)?.[1] ?? 'unknown' };
  },
};

function browser(engine: Engine): Client {
  return async (url) => {
    const pages = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>profile</title>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const session = await launch(engine);
    try {
      const tab = await session.newTab();
      await tab.open(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
      await tab.evaluate(openInPage, url);
      const { product, version } = session;
      return { product, version };
    } finally {
      await session.close();
      pages.close();
    }
  };
}

function openInPage(url: string): Promise<null> {
  return new Promise((resolve, reject) => {
    const socket = new globalThis.WebSocket(url);
    socket.onopen = () => {
      socket.close();
      resolve(null);
    };
    socket.onerror = () => reject(new Error('the handshake failed'));
  });
}
