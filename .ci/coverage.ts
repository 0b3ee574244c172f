/** Reads what the processes of the unit tests recorded, and compares it with the floors. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Report } from 'c8';
import { coverageOf, describe, type FileBranches, type Floor } from './coverage-floors.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What c8 writes about a file, as far as it is read here. */
interface FileReport {
  readonly path: string;
  readonly branchMap: Readonly<Record<string, { readonly loc: { start: { line: number } } }>>;
  /** By the keys of `branchMap`. */
  readonly b: Readonly<Record<string, readonly number[]>>;
  readonly fnMap: Readonly<Record<string, { readonly decl: { start: { line: number } } }>>;
  /** By the keys of `fnMap`. */
  readonly f: Readonly<Record<string, number>>;
}

/**
 * Prints the coverage of each folder that has a floor.
 * @param recorded the folder that NODE_V8_COVERAGE named
 * @returns whether each folder has its share
 */
export async function checkCoverage(recorded: string, floors: readonly Floor[]): Promise<boolean> {
  const files = await readBranches(recorded);
  const folders = floors.map((floor) => coverageOf(floor, files));
  for (const folder of folders) {
    console.log(describe(folder));
    for (const place of folder.missing) console.log(`    not taken: ${place}`);
  }
  return folders.every(({ isBelow }) => !isBelow);
}

async function readBranches(recorded: string): Promise<FileBranches[]> {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-coverage-'));
  try {
    const report = new Report({
      tempDirectory: recorded,
      reportsDirectory: folder,
      reporter: ['json'],
      // Also files that no test has loaded.
      all: true,
      src: ['conformance', 'server/protocol'],
      include: ['conformance/**/*.ts', 'server/protocol/**/*.ts'],
      exclude: ['**/*.test.ts', 'conformance/testing/**'],
      extension: ['.ts'],
    });
    await report.run();
    const json = await readFile(join(folder, 'coverage-final.json'), 'utf8');
    const reports: FileReport[] = Object.values(JSON.parse(json));
    return reports.map(({ path, branchMap, b, fnMap, f }) => ({
      file: relative(root, path).replaceAll(sep, '/'),
      branches: [
        ...Object.entries(b).flatMap(([key, counts]) =>
          counts.map((taken) => ({ line: branchMap[key]!.loc.start.line, taken })),
        ),
        // Of a function that was never called, c8 counts no branch.
        ...Object.entries(f)
          .filter(([, calls]) => calls === 0)
          .map(([key, taken]) => ({ line: fnMap[key]!.decl.start.line, taken })),
      ],
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}
