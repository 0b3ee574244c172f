import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createPageServer } from './page-server.ts';

let parent: string;
let server: Server;
let port: number;

before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'page-server-'));
  const folder = join(parent, 'page');
  await mkdir(join(folder, 'inspector'), { recursive: true });
  await Promise.all([
    writeFile(join(parent, 'secret.html'), 'secret'),
    // A folder whose name starts with the served folder's name: a mere prefix check would allow it.
    mkdir(join(parent, 'page-private')).then(() =>
      writeFile(join(parent, 'page-private', 'secret.html'), 'secret'),
    ),
    writeFile(join(folder, 'index.html'), '<!doctype html>first'),
    writeFile(join(folder, 'page.js'), 'export {};'),
    writeFile(join(folder, 'page.css'), 'body {}'),
    writeFile(join(folder, 'mark.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    writeFile(join(folder, 'grün.html'), 'green'),
    writeFile(join(folder, 'tsconfig.json'), '{}'),
    writeFile(join(folder, 'page.d.ts'), 'export {};'),
    writeFile(join(folder, '.hidden.html'), 'secret'),
    writeFile(join(folder, 'inspector', 'index.html'), 'inspector'),
  ]);
  await symlink(join(folder, 'index.html'), join(folder, 'linked.html'));
  server = createPageServer({
    webSocketPort: 4321,
    folder: pathToFileURL(`${folder}/`),
    handlers: [
      (request, response) => {
        if (request.url !== '/handled') return false;
        response.end('by a handler');
        return true;
      },
    ],
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

after(async () => {
  server.close();
  server.closeAllConnections();
  await rm(parent, { recursive: true });
});

/** Sends the text unchanged, so that no client normalizes the path, and reads to the end. */
async function exchange(...requests: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(requests.join(''));
  let reply = '';
  for await (const chunk of socket.setEncoding('utf8')) reply += chunk;
  return reply;
}

const close = 'Host: localhost\r\nConnection: close\r\n';
const get = (target: string) => exchange(`GET ${target} HTTP/1.1\r\n${close}\r\n`);
const statusOf = (reply: string) => Number(reply.slice(9, 12));

test('files are served with their content types', async () => {
  const served = ['/', '/?server=ws://x', '/index.html', '/page.js', '/page.css', '/mark.svg'];
  const seen = await Promise.all(
    [...served, '/inspector', '/inspector/', '/linked.html', '/gr%C3%BCn.html'].map(
      async (path) => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`);
        return `${response.status} ${path} ${response.headers.get('content-type')}`;
      },
    ),
  );
  assert.deepEqual(seen, [
    '200 / text/html;charset=utf-8',
    '200 /?server=ws://x text/html;charset=utf-8',
    '200 /index.html text/html;charset=utf-8',
    '200 /page.js text/javascript',
    '200 /page.css text/css',
    '200 /mark.svg image/svg+xml',
    '200 /inspector text/html;charset=utf-8',
    '200 /inspector/ text/html;charset=utf-8',
    '200 /linked.html text/html;charset=utf-8',
    '200 /gr%C3%BCn.html text/html;charset=utf-8',
  ]);
});

test('/config.json names the WebSocket port', async () => {
  const response = await fetch(`http://127.0.0.1:${port}/config.json`);
  assert.deepEqual(await response.json(), { webSocketPort: 4321 });
});

test('a handler takes precedence over files', async () => {
  assert.match(await get('/handled'), /by a handler$/);
});

test('the target in absolute form is accepted', async () => {
  assert.match(await get('http://localhost:3201/index.html'), /^HTTP\/1.1 200 .*first$/s);
});

test('HEAD sends the headers of GET and no body', async () => {
  const head = await exchange(`HEAD / HTTP/1.1\r\n${close}\r\n`);
  assert.match(head, /^HTTP\/1.1 200 /);
  assert.match(head, /content-length: 20\r\n/i);
  assert.ok(head.endsWith('\r\n\r\n'));
});

test('Range is ignored: the whole file is sent', async () => {
  const reply = await exchange(`GET / HTTP/1.1\r\nRange: bytes=-3\r\n${close}\r\n`);
  assert.match(reply, /^HTTP\/1.1 200 .*<!doctype html>first$/s);
});

test('an unchanged file is answered with 304', async () => {
  const { headers } = await fetch(`http://127.0.0.1:${port}/`);
  const etag = headers.get('etag');
  const reply = await exchange(`GET / HTTP/1.1\r\nIf-None-Match: ${etag}\r\n${close}\r\n`);
  assert.equal(statusOf(reply), 304);
});

test('an unknown path gets 404 with a body that explains it', async () => {
  assert.match(await get('/nowhere'), /^HTTP\/1.1 404 .*There is no page at \/nowhere\./s);
});

test('a path that is not UTF-8 gets 400', async () => {
  assert.equal(statusOf(await get('/%ff')), 400);
});

test('other methods get 405 with Allow, and a body that explains it', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
    const reply = await exchange(`${method} / HTTP/1.1\r\n${close}\r\n`);
    assert.match(reply, /^HTTP\/1.1 405 .*\r\nAllow: GET, HEAD\r\n.*GET and HEAD, not /s);
  }
});

test('a request body is consumed, so that the next request on the connection is parsed correctly', async () => {
  const body = 'GET /secret HTTP/1.1\r\n\r\n'.repeat(20_000);
  const reply = await exchange(
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    `GET /page.js HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc`,
    `GET /page.css HTTP/1.1\r\n${close}\r\n`,
  );
  assert.deepEqual(reply.match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 405', 'HTTP/1.1 200', 'HTTP/1.1 200']);
  assert.ok(reply.endsWith('body {}'));
});

test('no path leads out of the folder or to private files', async () => {
  const paths = [
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/%2e%2e%2fsecret.html',
    '/..%252fsecret.html',
    '/inspector/../../secret.html',
    '/inspector/..%2f..%2fsecret.html',
    '/..\\secret.html',
    '/..%5csecret.html',
    '/%5c..%5csecret.html',
    '//../secret.html',
    '/..;/secret.html',
    '/../page-private/secret.html',
    '/%2e%2e/page-private/secret.html',
    '/..%00/secret.html',
    '/index.html%00',
    '/%00',
    'http://localhost/../secret.html',
    '../secret.html',
    '/tsconfig.json',
    '/%74sconfig.json',
    '/tsconfig.json/',
    '/tsconfig',
    '/page.d.ts',
    '/.hidden.html',
    '/.hidden',
  ];
  const replies = await Promise.all(paths.map(get));
  const leaked = paths.filter((_, i) => ![400, 404].includes(statusOf(replies[i] ?? '')));
  assert.deepEqual(leaked, []);
  assert.ok(replies.every((reply) => !reply.includes('\r\n\r\nsecret')));
});

test('a raw NUL in the target is refused', async () => {
  assert.equal(statusOf(await get('/\0')), 400);
});
