/**
 * usage: npx tsx bench/compare-runs/main.ts BEFORE.json AFTER.json [--renamed NAMES.json]
 *
 * Lists every difference between two runs of the same target, apart from names and times. Exit codes:
 * 0 for equal runs, 1 for differences, 2 if the files cannot be compared.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Difference, differences, type Renamed } from './differences.ts';
import { readRuns } from './read-run.ts';

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { renamed: { type: 'string' } },
  });
  const [before, after, ...more] = positionals;
  if (!before || !after || more.length > 0) {
    throw new Error('give two files: BEFORE.json AFTER.json [--renamed NAMES.json]');
  }
  const [earlier, later] = [readRuns(before).runs, readRuns(after).runs];
  if (earlier.length !== later.length) {
    throw new Error(`${before} has ${earlier.length} runs and ${after} has ${later.length}`);
  }
  const renamed = values.renamed === undefined ? {} : readRenamed(values.renamed);
  const found = earlier.flatMap((run, index) => differences(run, later[index]!, renamed));
  const compared = earlier.reduce((sum, { results }) => sum + results.length, 0);
  process.stdout.write(reportOf(found, compared));
  return found.length > 0 ? 1 : 0;
}

function readRenamed(path: string): Renamed {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((name) => typeof name === 'string');
  if (!isMap) throw new Error(`${path} has to be an object of old names and new names`);
  return value as Renamed;
}

function reportOf(found: readonly Difference[], compared: number): string {
  const fields = [...new Set(found.map(({ field }) => field))];
  const lines = fields.flatMap((field) => {
    const group = found.filter((difference) => difference.field === field);
    return [
      `${field}: ${group.length} ${group.length === 1 ? 'difference' : 'differences'}`,
      ...group.flatMap(({ id, before, after }) => [
        `  ${id}`,
        `    before  ${before}`,
        `    after   ${after}`,
      ]),
      '',
    ];
  });
  const cases = new Set(found.map(({ id }) => id)).size;
  return `${[...lines, `${cases} of ${compared} cases differ`].join('\n')}\n`;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
