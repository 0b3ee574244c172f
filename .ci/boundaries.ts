/** `npm run boundaries`: writes `biome.boundaries.json` from the table of rooms. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Room, rooms, testTrees } from './rooms.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The innermost room that holds a folder. */
export function roomOf(folder: string): string | undefined {
  return Object.keys(rooms)
    .filter((name) => folder === name || folder.startsWith(`${name}/`))
    .toSorted((one, other) => other.length - one.length)[0];
}

/** The folders in rooms that hold modules. */
export function foldersIn(files: readonly string[]): readonly string[] {
  const modules = files.filter((file) => /\.[tj]s$/.test(file));
  return [...new Set(modules.map((file) => dirname(file)))].filter(roomOf).toSorted();
}

const isForTests = (folder: string) => /(^|\/)testing(\/|$)/.test(folder);

/** The configuration of Biome for one folder each, so that none overrides another. */
export function boundariesOf(folders: readonly string[]) {
  return {
    overrides: folders.flatMap((folder) => {
      const room = rooms[roomOf(folder)!]!;
      if (isForTests(folder)) return overrideOfTests([`${folder}/*.{ts,js}`], folder);
      const apart = Object.entries(room.exceptions ?? {}).filter(([f]) => dirname(f) === folder);
      const others = [`${folder}/*.{ts,js}`, '!**/*.test.*', ...apart.map(([file]) => `!${file}`)];
      return [
        override(others, folder, room, []),
        ...apart.map(([file, more]) => override([file], folder, room, more)),
        ...overrideOfTests([`${folder}/*.test.{ts,js}`], folder),
      ];
    }),
  };
}

function override(
  includes: readonly string[],
  folder: string,
  { packages = [], node = ['node:*'], rooms: others, files = [], why }: Room,
  more: readonly string[],
) {
  const specifiers = [...packages, ...node].flatMap((name) => [`!${name}`, `!${name}/**`]);
  const reachable = [roomOf(folder)!, ...others, ...more];
  const shared = files.map((file) => `!${pathTo(folder, file)}`);
  const patterns = [...patternsFrom(folder, reachable), ...shared];
  const group = ['**', ...specifiers, ...patterns, '**/testing/**'];
  return restricted(includes, group, why);
}

/** A test may import any package, and every room of its tree. */
function overrideOfTests(includes: readonly string[], folder: string) {
  const tree = testTrees.find(({ root }) => folder === root || folder.startsWith(`${root}/`));
  if (!tree) return [];
  const apart = (tree.except ?? []).map((file) => `!${file}`);
  const group = ['../**', ...patternsFrom(folder, tree.may)];
  return [restricted([...includes, ...apart], group, tree.why)];
}

function restricted(includes: readonly string[], group: readonly string[], why: string) {
  const patterns = [{ group, message: `${why} (.ci/rooms.ts)` }];
  const noRestrictedImports = { level: 'error', options: { patterns } };
  return { includes, linter: { rules: { style: { noRestrictedImports } } } };
}

/** Of two patterns that match, the later one holds; a `!` allows. */
function patternsFrom(folder: string, reachable: readonly string[]): readonly string[] {
  const closed = Object.keys(rooms).filter(
    (inner) =>
      !reachable.includes(inner) && reachable.some((outer) => inner.startsWith(`${outer}/`)),
  );
  const paths = [
    ...reachable.map((name) => ({ path: pathTo(folder, name), sign: '!' })),
    ...closed.map((name) => ({ path: pathTo(folder, name), sign: '' })),
  ];
  const levels = Math.max(...paths.map(({ path }) => stepsUp(path)));
  return [
    // `../**` matches `../../x` too: each level is closed before what it allows.
    ...Array.from({ length: levels + 1 }, (_, level) => [
      level === 0 ? '!./**' : `${'../'.repeat(level)}**`,
      ...paths
        .filter(({ path }) => stepsUp(path) === level)
        .toSorted((one, other) => one.path.length - other.path.length)
        .map(({ path, sign }) => `${sign}${path}/**`),
    ]).flat(),
    `${'../'.repeat(levels + 1)}**`,
  ];
}

const stepsUp = (path: string) => path.split('/').filter((part) => part === '..').length;

function pathTo(folder: string, room: string): string {
  const path = posix.relative(folder, room);
  return path === '' ? '.' : path.startsWith('.') ? path : `./${path}`;
}

export function boundariesFile(): string {
  const files = execFileSync('git', ['ls-files'], { cwd: at('.'), encoding: 'utf8' });
  return written(boundariesOf(foldersIn(files.trim().split('\n'))));
}

/** As JSON, one override per line. */
export function written({ overrides }: ReturnType<typeof boundariesOf>): string {
  const lines = overrides.map((each) => JSON.stringify(each));
  return `{"overrides":[\n${lines.join(',\n')}\n]}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(at('biome.boundaries.json'), boundariesFile());
}
