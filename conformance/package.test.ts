/** The package as npm would install it: packed, unpacked in an empty folder, used from there. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type RunningPeer, startPeer } from './reference/server.ts';
import { version } from './results/version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (...parts: string[]) => join(root, ...parts);
const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  bin: Record<string, string>;
};

let folder: string;
let packed: readonly string[];
let peer: RunningPeer;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'framewright-package-'));
  const [report] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', folder)) as {
    filename: string;
    files: { path: string }[];
  }[];
  packed = report!.files.map(({ path }) => path);
  const installed = join(folder, 'node_modules', 'framewright');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', [
    '-xzf',
    join(folder, report!.filename),
    '-C',
    installed,
    '--strip-components=1',
  ]);
  // What npm does, without asking a registry: the declared dependencies, and nothing else.
  for (const name of Object.keys(manifest.dependencies)) link(inRoot('node_modules', name), name);
  const bin = join(folder, 'node_modules', '.bin', 'framewright');
  mkdirSync(dirname(bin));
  symlinkSync(join(installed, manifest.bin.framewright!), bin);
  execFileSync('chmod', ['+x', bin]);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  peer = await startPeer({});
});

after(async () => {
  await peer.close();
  rmSync(folder, { recursive: true });
});

function link(to: string, name: string): void {
  const place = join(folder, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(to, place, 'dir');
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Asynchronous where the peer of this process has to answer. */
async function run(file: string, ...args: string[]): Promise<{ code: number | null; out: string }> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, GITHUB_ACTIONS: '', NO_COLOR: '1' } };
    execFile(file, args, options, (error, out, err) =>
      resolve({
        code: error ? (typeof error.code === 'number' ? error.code : null) : 0,
        out: out + err,
      }),
    );
  });
}

test('it holds what runs, its types, its schema and the pages it serves, and no tests', () => {
  for (const path of [
    'dist/conformance/cli.js',
    'dist/conformance/api.d.ts',
    'dist/conformance/results/results.schema.json',
    'dist/processes/reaper.js',
    'dist/page/client-cases/api/moments.js',
    'dist/page/report/report.html',
    'dist/page/report.js',
  ]) {
    assert.ok(packed.includes(path), `${path} is missing`);
  }
  const strange = packed.filter((path) =>
    /\.test\.|faulty|(?<!\.d)\.ts$|tsconfig|page\/(?:inspector|main)/.test(path),
  );
  assert.deepEqual(strange, []);
});

test('npx framewright tests a server', async () => {
  const { code, out } = await run(
    'npx',
    '--no-install',
    'framewright',
    'server',
    peer.url.href,
    '--only',
    '5.4',
    '--reporter',
    'console',
    '--reporter',
    'html:report.html',
  );
  assert.equal(code, 0, out);
  assert.match(readFileSync(join(folder, 'report.html'), 'utf8'), /<table id="matrix"/);
  assert.match(out, new RegExp(`Framewright ${version.replaceAll('.', '\\.')}, catalogue`));
  assert.match(out, / · as expected\n/);
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
  const { out } = await run(process.execPath, '--input-type=module', '-e', script);
  assert.equal(out, '1 pass Framewright results\n');
});

test('its types resolve, also for one who checks libraries', () => {
  link(inRoot('node_modules', '@types', 'node'), '@types/node');
  cpSync(inRoot('examples', 'node.test.ts'), join(folder, 'node.test.ts'));
  const server =
    'export declare function startEchoServer(): Promise<{ url: string; close(): Promise<void> }>;';
  writeFileSync(join(folder, 'echo-server.d.ts'), server);
  const options =
    '--noEmit --strict --module nodenext --target es2023 --types node --allowImportingTsExtensions --skipLibCheck false';
  const { stdout, status } = spawnSync(
    process.execPath,
    [inRoot('node_modules', 'typescript', 'bin', 'tsc'), ...options.split(' '), 'node.test.ts'],
    { cwd: folder, encoding: 'utf8' },
  );
  assert.deepEqual([status, stdout], [0, '']);
});
