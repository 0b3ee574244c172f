import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { servePageFiles } from './serve.ts';

/** A folder with these files, served. */
async function serving(t: TestContext, files: Record<string, string>, etag = true) {
  const folder = await mkdtemp(join(tmpdir(), 'page-files-'));
  const write = (name: string, content: string) => writeFile(join(folder, name), content);
  for (const [name, content] of Object.entries(files)) await write(name, content);
  const serve = servePageFiles({ folder: pathToFileURL(`${folder}/`), etag });
  const server = createServer((request, response) =>
    serve(request, response, () => response.writeHead(404).end()),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return { get, write };
}

const typed = "import { view } from './view.js';\nexport const seconds: number = view as number;\n";

test('a TypeScript module is served as JavaScript with an inline source map', async (t) => {
  const { get } = await serving(t, { 'main.ts': typed });
  const response = await get('/main.js?again');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
  const code = await response.text();
  assert.match(code, /^import \{ view \} from "\.\/view\.js";\nexport const seconds = view;\n/);
  const [, map] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(code)!;
  const { sources, sourcesContent } = JSON.parse(Buffer.from(map!, 'base64').toString());
  assert.deepEqual([sources, sourcesContent], [['main.ts'], [typed]]);
});

test('a changed module is translated again', async (t) => {
  const { get, write } = await serving(t, { 'main.ts': 'export const a: number = 1;' });
  assert.match(await (await get('/main.js')).text(), /a = 1/);
  await write('main.ts', 'export const a: number = 2;');
  assert.match(await (await get('/main.js')).text(), /a = 2/);
});

test('a JavaScript module is served unchanged', async (t) => {
  const { get } = await serving(t, { 'main.js': 'let plain', 'main.ts': 'let typed: number' });
  assert.equal(await (await get('/main.js')).text(), 'let plain');
});

test('a module with a syntax error gets 500 with the position of the error', async (t) => {
  const { get } = await serving(t, { 'main.ts': 'const a = 1;\nconst b: = 2;\n' });
  const response = await get('/main.js');
  assert.equal(response.status, 500);
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(await response.text(), /main\.ts:2:9: ERROR: Unexpected "="/);
});

test('tests, declarations and missing files are not served as modules', async (t) => {
  const { get } = await serving(t, { 'main.test.ts': '', 'env.d.ts': '', 'main.ts': '' });
  for (const path of ['/main.test.js', '/env.d.js', '/nothing.js', '/no/main.js', '//main.js']) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test('an unchanged module is answered with 304 when caching is allowed', async (t) => {
  const { get } = await serving(t, { 'main.ts': typed });
  const etag = (await get('/main.js')).headers.get('etag')!;
  const headers = { 'If-None-Match': etag };
  assert.equal((await get('/main.js', { headers })).status, 304);
});

test('without caching, modules are served with no-store', async (t) => {
  const { get } = await serving(t, { 'main.ts': typed }, false);
  const { headers } = await get('/main.js');
  assert.deepEqual([headers.get('etag'), headers.get('cache-control')], [null, 'no-store']);
});

test('HEAD gets the headers of GET and no body', async (t) => {
  const { get } = await serving(t, { 'main.ts': typed });
  const [head, whole] = [await get('/main.js', { method: 'HEAD' }), await get('/main.js')];
  assert.equal(head.headers.get('content-length'), whole.headers.get('content-length'));
  assert.equal(await head.text(), '');
});
