/** The package as npm would install it: packed, unpacked in an empty folder, used from there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type RunningPeer, startPeer } from '../conformance/reference/server.ts';
import { version } from '../conformance/results/version.ts';
import { type InstalledPackage, installPackage, manifest } from './testing/installed-package.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Testing a server may install this much: framewright itself and everything it depends on. */
const limits = { packages: 10, bytes: 6_000_000 };

/** From the folder; starts faster than npx. */
const command = join('node_modules', '.bin', 'framewright');

let installed: InstalledPackage;
let packed: { readonly files: readonly { readonly path: string }[]; readonly unpackedSize: number };
let peer: RunningPeer;

before(async () => {
  installed = installPackage((folder) => {
    const pack = ['pack', '--json', '--pack-destination', folder];
    const report = execFileSync('npm', pack, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [{ filename, ...content }] = JSON.parse(report);
    packed = content;
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder, '--strip-components=1']);
  });
  peer = await startPeer({});
});

after(async () => {
  await peer.close();
  installed.close();
});

const contains = (path: string) => packed.files.some((file) => file.path === path);

test('it contains code, types, the schema and the pages it serves, and no tests', () => {
  for (const path of [
    'dist/conformance/cli.js',
    'dist/api/framewright.d.ts',
    'dist/conformance/results/results.schema.json',
    'dist/processes/reaper.js',
    'dist/page/client-cases/api/moments.js',
    'dist/page/report/report.html',
    'dist/page/report.js',
  ]) {
    assert.ok(contains(path), `${path} is missing`);
  }
  const unwanted = [
    /\.test\./,
    /(?<!\.d)\.ts$/,
    /\/(?:reference|testing)\//,
    /page\/(?:inspector|main)/,
  ];
  const unexpected = packed.files
    .map(({ path }) => path)
    .filter((path) => path.startsWith('dist/') && unwanted.some((kind) => kind.test(path)));
  assert.deepEqual(unexpected, []);
});

test('what its documents link to is in it', () => {
  const documents = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.md'));
  assert.ok(documents.includes('README.md') && documents.includes('docs/library.md'));
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8');
    for (const [, link] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      const target = join(dirname(document), link!);
      const isThere = packed.files.some(
        ({ path }) => path === target || path.startsWith(`${target}/`),
      );
      assert.ok(isThere, `${document} links to ${link}, which is not in the package`);
    }
  }
});

test('npm and its site know where the project is', () => {
  const { repository, homepage, bugs } = manifest;
  const [, address] = /^git\+(https:.*)\.git$/.exec(repository.url)!;
  assert.deepEqual([homepage, bugs], [`${address}#readme`, `${address}/issues`]);
});

test(`a server can be tested with at most ${limits.packages} packages and ${limits.bytes / 1e6} MB`, () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>;
  };
  const names = new Set(Object.keys(manifest.dependencies));
  // A set can grow while it is iterated.
  for (const name of names) {
    const locked = packages[`node_modules/${name}`];
    assert.ok(locked, `${name} is not at the top of node_modules`);
    for (const dependency of Object.keys(locked.dependencies ?? {})) names.add(dependency);
  }
  const sizes = [...names].map((name) => sizeOf(join(root, 'node_modules', name)));
  const bytes = sizes.reduce((sum, size) => sum + size, packed.unpackedSize);
  const list = `framewright ${packed.unpackedSize}, ${[...names].map((name, index) => `${name} ${sizes[index]}`).join(', ')}`;
  assert.ok(names.size + 1 <= limits.packages, `${names.size + 1} packages: ${list}`);
  assert.ok(bytes <= limits.bytes, `${bytes} bytes: ${list}`);
});

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}

test('npx framewright tests a server', async () => {
  const { code, out } = await installed.run(
    ...(['npx', '--no-install', 'framewright', 'server', peer.url.href, '--only', '5.4'] as const),
    ...['--reporter', 'console', '--reporter', 'html:report.html'],
    ...['--reporter', 'junit:report.xml', '--out', 'results.json'],
  );
  assert.equal(code, 0, out);
  const file = (name: string) => readFileSync(join(installed.folder, name), 'utf8');
  assert.match(file('report.html'), /<table id="matrix"/);
  assert.match(file('report.xml'), /<testsuites name="framewright"/);
  assert.match(out, new RegExp(`Framewright ${version.replaceAll('.', '\\.')}, catalogue`));
  assert.match(out, / · as expected\n/);
  const read = await installed.run(command, 'report', 'results.json');
  assert.equal(read.code, 0, read.out);
});

test('browsers without the packages that drive them end with exit code 2 and the command that installs them', async () => {
  const { code, out } = await installed.run(command, 'browsers', 'chromium');
  assert.equal(code, 2, out);
  assert.match(out, /playwright \(drives Chromium and Firefox\), selfsigned \(/);
  assert.match(out, /^Install them .*: npm install --save-dev playwright@1\.64\.1 selfsigned@5$/m);
});

test('its main entry and its schema can be imported', async () => {
  const script = `
    import { catalogue, runServerCases, serverTarget } from 'framewright';
    import { readFileSync } from 'node:fs';
    const cases = catalogue().filter(({ id }) => id.startsWith('fragmentation/ping-of-'));
    const verdicts = [];
    for await (const { verdict } of runServerCases(cases, serverTarget(${JSON.stringify(peer.url.href)}))) verdicts.push(verdict);
    const schema = JSON.parse(readFileSync(new URL(import.meta.resolve('framewright/results.schema.json'))));
    console.log(new Set(verdicts).size, verdicts[0], schema.title);
  `;
  const { out } = await installed.run(process.execPath, '--input-type=module', '-e', script);
  assert.equal(out, '1 pass Framewright results\n');
});
