/**
 * The package as npm packs it, JavaScript with types, built once for each state of its sources:
 * `npm run build` and all tests that need it share one build.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from './build-once.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (...parts: string[]) => join(root, ...parts);

/** Below the root, so that packages are found from there. */
const cache = inRoot('node_modules', '.cache', 'framewright');

/** A folder that holds `dist/` and `package.json`; nothing in it may be changed. */
export function builtPackage(): Promise<string> {
  return buildOnce(cache, hashOfSources(), (folder) => {
    buildInto(join(folder, 'dist'));
    cpSync(inRoot('package.json'), join(folder, 'package.json'));
  });
}

function buildInto(dist: string): void {
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(
    process.execPath,
    [tsc, '-p', inRoot('tsconfig.build.json'), '--outDir', dist],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The package does not compile.\n${stdout}`);
  // The pages are plain modules already; what checks them stays here.
  cpSync(inRoot('page'), join(dist, 'page'), {
    recursive: true,
    filter: (path) => !/\.ts$|tsconfig\.json$/.test(path),
  });
  cpSync(inRoot('conformance/baselines'), join(dist, 'conformance/baselines'), { recursive: true });
}

/** Of all that a build reads, its own code among it. */
function hashOfSources(): string {
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  const { include } = JSON.parse(readFileSync(inRoot('tsconfig.build.json'), 'utf8')) as {
    include: string[];
  };
  const folders = new Set(['page', '.ci', ...include.map((glob) => glob.split('/')[0]!)]);
  const hash = createHash('sha256');
  for (const path of [...settings, ...[...folders].flatMap(sourcesIn).toSorted()]) {
    const content = readFileSync(inRoot(path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function sourcesIn(folder: string): string[] {
  return readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => !path.endsWith('.test.ts') && statSync(inRoot(path)).isFile());
}
