/**
 * The package as npm packs it, JavaScript with types, built once for each state of its sources:
 * `npm run build` and all tests that need it share one build.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../page-files/bundle.ts';
import { esbuild, languageSettings } from '../page-files/esbuild.ts';
import { buildOnce } from './build-once.ts';
import { writeGeneratedValidator } from './generated-validator.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (...parts: string[]) => join(root, ...parts);

/** Below the root, so that packages are resolved from there. */
const cache = inRoot('node_modules', '.cache', 'framewright');

/** A folder with `dist/` and `package.json`; it must not be changed. */
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
  buildPages(join(dist, 'page'));
  writeGeneratedValidator(join(dist, 'conformance', 'results'));
  const baselines = 'conformance/baselines';
  for (const file of readdirSync(inRoot(baselines)).filter((name) => name.endsWith('.txt'))) {
    cpSync(inRoot(baselines, file), join(dist, baselines, file));
  }
}

/** The page of client cases, module by module, and the page of the report with its single script. */
function buildPages(pages: string): void {
  const clientCases = inRoot('page', 'client-cases');
  const isModule = (path: string) => /(?<!\.test)\.ts$/.test(path);
  cpSync(clientCases, join(pages, 'client-cases'), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  });
  esbuild().buildSync({
    ...languageSettings,
    entryPoints: filesIn(clientCases).filter(isModule),
    outdir: join(pages, 'client-cases'),
  });
  for (const file of ['mark.svg', 'report/report.html', 'report/report.css']) {
    cpSync(inRoot('page', file), join(pages, file));
  }
  writeFileSync(join(pages, 'report.js'), bundle('report'));
}

/** A hash of everything that a build reads, including the build's own code. */
function hashOfSources(): string {
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  const { include } = JSON.parse(readFileSync(inRoot('tsconfig.build.json'), 'utf8')) as {
    include: string[];
  };
  const folders = new Set(['page', '.ci', ...include.map((glob) => glob.split('/')[0]!)]);
  const hash = createHash('sha256');
  const sources = [...folders].flatMap((folder) => filesIn(inRoot(folder)));
  const read = sources.filter((path) => !path.endsWith('.test.ts')).toSorted();
  for (const path of [...settings.map((name) => inRoot(name)), ...read]) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
}
