/**
 * Serves the files of `page/`. In a checkout its modules are TypeScript: when a browser requests
 * `view.js` and only `view.ts` exists, it gets the translation. The package contains JavaScript.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { translate } from './translate.ts';

const pageFolder = new URL('../page/', import.meta.url);

type Handler = (request: IncomingMessage, response: ServerResponse, notFound: () => void) => void;

export interface PageFilesOptions {
  /** `page/` by default. */
  readonly folder?: URL;
  /** Whether browsers may cache files and revalidate them. Default: no caching. */
  readonly etag?: boolean;
}

export function servePageFiles({ folder = pageFolder, etag = false }: PageFilesOptions): Handler {
  const root = fileURLToPath(folder);
  const serveFile = sirv(root, { dev: true, etag });
  return (request, response, notFound) => {
    const source = sourceOf(root, request.url ?? '/');
    if (source === undefined) serveFile(request, response, notFound);
    else void sendTranslated(source, etag, request, response);
  };
}

/** The TypeScript source of a module that does not exist as JavaScript. */
function sourceOf(root: string, target: string): string | undefined {
  // Without dots, no path leaves the folder, and no test or declaration file matches.
  const [, path] = /^((?:\/[\w-]+)+)\.js(?:\?|$)/.exec(target) ?? [];
  if (path === undefined || existsSync(join(root, `${path}.js`))) return undefined;
  const source = join(root, `${path}.ts`);
  return existsSync(source) ? source : undefined;
}

async function sendTranslated(
  source: string,
  withEtag: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let code: string;
  try {
    code = await translate(source);
  } catch (error) {
    response.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${error instanceof Error ? error.message : error}\n`);
    return;
  }
  const etag = `"${createHash('sha256').update(code).digest('base64url')}"`;
  const headers = withEtag
    ? { ETag: etag, 'Cache-Control': 'no-cache' }
    : { 'Cache-Control': 'no-store' };
  if (withEtag && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const type = 'text/javascript; charset=utf-8';
  const length = Buffer.byteLength(code);
  response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': length });
  response.end(request.method === 'HEAD' ? undefined : code);
}
