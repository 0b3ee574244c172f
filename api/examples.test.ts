/** The examples compile against the types of the built package, and run with its code. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { builtPackage } from '../.ci/built-package.ts';
import { type InstalledPackage, installPackage, manifest } from './testing/installed-package.ts';

const examples = ['node.test', 'own-cases', 'report', 'client', 'record'];

let installed: InstalledPackage;

before(async () => {
  const built = await builtPackage();
  installed = installPackage((folder) => cpSync(built, folder, { recursive: true }));
  for (const name of ['@types/node', '@types/ws', 'ws', 'typescript']) installed.add(name);
  installed.copy('examples');
});

after(() => installed.close());

const node = (...args: string[]) => installed.run(process.execPath, ...args);
const written = (name: string) => readFileSync(join(installed.folder, name), 'utf8');

test('the examples compile, also for users who check the types of libraries', async () => {
  const sources = examples.map((name) => `examples/${name}.ts`);
  const { code, out } = await node(
    ...['node_modules/typescript/bin/tsc', '--outDir', 'built', '--allowJs', '--checkJs'],
    ...['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'],
    ...['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,esnext.disposable'],
    ...['--types', 'node', '--rewriteRelativeImportExtensions', '--erasableSyntaxOnly'],
    ...sources,
  );
  assert.deepEqual({ code, out }, { code: 0, out: '' });
});

test('the example for node:test passes', async () => {
  const { code, out } = await node('--test', 'built/node.test.js');
  assert.equal(code, 0, out);
  assert.match(out, /# pass [1-9]/);
});

test('own cases run', async () => {
  assert.deepEqual(await node('built/own-cases.js'), {
    code: 0,
    out: 'pass  shop/ping-between-orders\npass  shop/second-half-alone\n',
  });
});

test('a run is recorded and reported, by a reporter of the user, too', async () => {
  const { code, out } = await node('built/report.js');
  assert.equal(code, 0, out);
  assert.match(out, /^\| my server \| ping\/text \| pass \|$/m);
  assert.match(written('results.json'), /"format": "framewright results"/);
  assert.match(written('report.html'), /<table id="matrix"/);
  assert.match(written('report.junit'), /<testsuites name="framewright"/);
});

test('a client in the same process is tested', async () => {
  const { code, out } = await node('built/client.js');
  assert.equal(code, 0, out);
  assert.match(out, /^(\d+) of \1 passed$/m);
});

test('a connection is recorded, shown and exported', async () => {
  const { code, out } = await node('built/record.js');
  assert.equal(code, 0, out);
  assert.match(out, /^sent abc, received abc$/m);
  assert.match(out, /text frame, FIN, masked, 3 bytes/);
  assert.equal(JSON.parse(written('example.har')).log.entries.length, 1);
});

test('the server and the words of the wire load no other package', async () => {
  const script = `
    await import('framewright/server');
    await import('framewright/wire');
    await import('framewright/cases');
  `;
  for (const name of Object.keys(manifest.dependencies)) installed.uninstall(name);
  const { code, out } = await node('--input-type=module', '-e', script);
  assert.deepEqual({ code, out }, { code: 0, out: '' });
});
