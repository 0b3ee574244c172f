/**
 * The HTTP server of the pages. page-files/ finds and sends the file; this module decides what may
 * be requested: GET and HEAD, paths that stay inside the folder, and only the kinds of file that a
 * browser loads, so that tsconfig.json and the sources of the pages stay private.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { servePageFiles } from '../page-files/serve.ts';

const servedExtensions = new Set([
  '',
  '.html',
  '.js',
  '.css',
  '.svg',
  '.png',
  '.ico',
  '.webmanifest',
]);

const securityHeaders = {
  // The pages show bytes from the network: nothing but the project's own files may run or be
  // framed. They must be able to reach any WebSocket server, so connect-src names schemes.
  'Content-Security-Policy':
    "default-src 'self'; connect-src 'self' ws: wss: http: https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/**
 * Answers a request and returns true once its body is read, or returns false to pass it on.
 */
type RequestHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface PageServerOptions {
  /** The port on which pages open their WebSocket when no `?server=` is given. */
  readonly webSocketPort: number;
  /** Called before the files of the folder, in order. */
  readonly handlers?: readonly RequestHandler[];
  /** Folder to serve; `page/` by default. */
  readonly folder?: URL;
}

/** An HTTP server, not yet listening, that serves the pages and `/config.json`. */
export function createPageServer(options: PageServerOptions): Server {
  const config = JSON.stringify({ webSocketPort: options.webSocketPort });
  const { folder } = options;
  const serveFile = servePageFiles({ etag: true, ...(folder && { folder }) });

  return createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (options.handlers?.some((handler) => handler(request, response))) return;
    // No file needs a body, and an unread one would precede the next request on the socket.
    request.resume();

    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      answer(response, 405, `This server serves files: GET and HEAD, not ${request.method}.`);
      return;
    }
    const path = pathOf(request.url ?? '/');
    if (path === undefined) {
      answer(response, 400, 'The path of this request is not valid percent-encoded UTF-8.');
    } else if (path === '/config.json') {
      response.setHeader('Content-Type', 'application/json');
      response.setHeader('Cache-Control', 'no-store');
      response.end(config);
    } else if (isServed(path)) {
      request.url = encodeURI(path);
      // RFC 9110 §14.2: a server may ignore Range. No page requests part of a file.
      delete request.headers.range;
      serveFile(request, response, () => notFound(response, path));
    } else {
      notFound(response, path);
    }
  });
}

/**
 * The decoded path of a request target in origin form or absolute form (RFC 9112 §3.2), with `.`
 * and `..` resolved as WHATWG URL does; undefined when it cannot be decoded.
 */
function pathOf(target: string): string | undefined {
  try {
    const url = target.startsWith('/') ? `http://page${target}` : target;
    return decodeURI(new URL(url).pathname);
  } catch {
    return undefined;
  }
}

/** Whether a decoded path may be served: inside the folder, not a hidden or private file. */
function isServed(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a path with NUL in it is the point
  if (/[\\\x00-\x1f\x7f]/.test(path)) return false;
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => segment.startsWith('.'))) return false;
  return servedExtensions.has(extname(segments.at(-1) ?? ''));
}

function notFound(response: ServerResponse, path: string): void {
  answer(response, 404, `There is no page at ${encodeURI(path)}. The first page is at /.`);
}

function answer(response: ServerResponse, status: number, sentence: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${sentence}\n`);
}
