/** Each arrow between two rooms is refused or allowed by the linter as the table of rooms says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { boundariesFile, boundariesOf, roomOf } from './boundaries.ts';
import { rooms } from './rooms.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const names = Object.keys(rooms);
/** What is outside the rooms, and may be imported by none of them. */
const elsewhere = ['bench', 'e2e', 'conformance/testing'];
/** Modules whose types another room shares. */
const allShared = Object.values(rooms).flatMap((room) => room.files ?? []);
const packages = [...new Set(Object.values(rooms).flatMap((room) => room.packages ?? []))];
const bare = [...packages, 'ws', 'framewright', 'node:net', 'node:timers/promises', 'node:zlib'];

const isReachable = (from: string, to: string) => from === to || rooms[from]!.rooms.includes(to);

function isAllowed(from: string, specifier: string): boolean {
  const room = rooms[from]!;
  if (specifier.startsWith('node:'))
    return room.node?.includes(specifier) ?? room.node === undefined;
  return (room.packages ?? []).includes(specifier);
}

test('biome.boundaries.json is what the table of rooms gives', () => {
  const written = readFileSync(at('biome.boundaries.json'), 'utf8');
  assert.equal(written, boundariesFile(), 'run `npm run boundaries`');
});

test('the linter allows or refuses each import between rooms, of packages and of Node as the table says', (t) => {
  const copy = mkdtempSync(join(tmpdir(), 'boundaries-'));
  t.after(() => rmSync(copy, { recursive: true }));
  copyFileSync(at('biome.json'), join(copy, 'biome.json'));
  // A folder below each room, too: rules must not depend on how deep a module lies.
  const folders = names.flatMap((name) => [name, `${name}/deeper`]);
  writeFileSync(
    join(copy, 'biome.boundaries.json'),
    JSON.stringify(boundariesOf(folders.filter((folder) => roomOf(folder)))),
  );
  const wanted = new Map<string, boolean>();
  for (const folder of folders) {
    const from = roomOf(folder)!;
    const targets = [...folders, ...elsewhere].map((other): [string, boolean] => {
      const path = posix.relative(folder, `${other}/some.ts`);
      const to = roomOf(other);
      const may = to !== undefined && isReachable(from, to);
      return [path.startsWith('.') ? path : `./${path}`, may && !elsewhere.includes(other)];
    });
    const shared = allShared.map((file): [string, boolean] => [
      posix.relative(folder, file),
      isReachable(from, roomOf(dirname(file))!) || (rooms[from]!.files ?? []).includes(file),
    ]);
    const specifiers = bare.map((specifier): [string, boolean] => [
      specifier,
      isAllowed(from, specifier),
    ]);
    const lines = [...targets, ...shared.filter(([path]) => path.startsWith('.')), ...specifiers];
    for (const [index, [, may]] of lines.entries())
      wanted.set(`${folder}/probe.ts:${index + 1}`, may);
    write(
      copy,
      `${folder}/probe.ts`,
      lines.map(([specifier]) => specifier),
    );
  }
  const refused = refusedIn(copy);
  const wrong = [...wanted].filter(([line, may]) => refused.has(line) === may);
  assert.deepEqual(
    wrong.map(([line, may]) => `${line} ${may ? 'is refused' : 'is allowed'}: ${read(copy, line)}`),
    [],
  );
});

test('server/main.ts may import the inspector, and no other module of the server may', (t) => {
  const copy = mkdtempSync(join(tmpdir(), 'boundaries-'));
  t.after(() => rmSync(copy, { recursive: true }));
  copyFileSync(at('biome.json'), join(copy, 'biome.json'));
  copyFileSync(at('biome.boundaries.json'), join(copy, 'biome.boundaries.json'));
  write(copy, 'server/main.ts', ['../inspector/inspector.ts', '../browsers/launch.ts']);
  write(copy, 'server/page-server.ts', ['../inspector/inspector.ts']);
  assert.deepEqual([...refusedIn(copy)].toSorted(), [
    'server/main.ts:2',
    'server/page-server.ts:1',
  ]);
});

test('tests in conformance/ may import all of it and, but for one file, no module of the server', (t) => {
  const copy = mkdtempSync(join(tmpdir(), 'boundaries-'));
  t.after(() => rmSync(copy, { recursive: true }));
  copyFileSync(at('biome.json'), join(copy, 'biome.json'));
  copyFileSync(at('biome.boundaries.json'), join(copy, 'biome.boundaries.json'));
  const peer = '../testing/framewright-server.ts';
  write(copy, 'conformance/judge/some.test.ts', [peer, '../../server/node/server.ts', 'ws']);
  write(copy, 'conformance/run/server/some.test.ts', ['./run.ts', '../../../server/main.ts']);
  write(copy, 'conformance/testing/some.ts', ['../run/run.ts', '../../server/node/server.ts']);
  write(copy, 'conformance/testing/framewright-server.ts', ['../../server/node/server.ts']);
  write(copy, 'server/node/some.test.ts', ['../testing/tcp.ts', '../../conformance/wire/wire.ts']);
  assert.deepEqual([...refusedIn(copy)].toSorted(), [
    'conformance/judge/some.test.ts:2',
    'conformance/run/server/some.test.ts:2',
    'conformance/testing/some.ts:2',
    'server/node/some.test.ts:2',
  ]);
});

function write(copy: string, file: string, specifiers: readonly string[]): void {
  mkdirSync(join(copy, dirname(file)), { recursive: true });
  const lines = specifiers.map((specifier) => `export { it } from '${specifier}';\n`);
  writeFileSync(join(copy, file), lines.join(''));
}

function read(copy: string, line: string): string {
  const [file = '', number] = line.split(':');
  return readFileSync(join(copy, file), 'utf8').split('\n')[Number(number) - 1]!;
}

/** @returns `server/node/some.ts:3` for an import in line 3 */
function refusedIn(copy: string): ReadonlySet<string> {
  const rule = ['--only=style/noRestrictedImports', '--vcs-enabled=false'];
  const { stdout } = spawnSync(
    process.execPath,
    [
      at('node_modules/@biomejs/biome/bin/biome'),
      ...['lint', ...rule, '--reporter=json', '--max-diagnostics=none', '.'],
    ],
    { cwd: copy, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { location: { path: string; start: { line: number } } }[];
  };
  return new Set(diagnostics.map(({ location: { path, start } }) => `${path}:${start.line}`));
}
