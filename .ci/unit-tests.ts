/**
 * `npm run test:unit`: runs all unit tests; `npm run test:unit conformance/wire/tap` those whose path
 * contains the argument, `npm run test:unit !server/protocol` all others. `--coverage` compares the
 * branches that were taken with `coverage-floors.ts`; other arguments that begin with a dash are
 * passed to node.
 * Node 20's own search ignores TypeScript: it would find no tests and succeed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkCoverage } from './coverage.ts';
import { floors } from './coverage-floors.ts';
import { testGroups } from './test-groups.ts';

const given = process.argv.slice(2);
const isMeasured = given.includes('--coverage');
const options = given.filter((argument) => /^-(?!-coverage$)/.test(argument));
const unwanted = given.filter((argument) => argument.startsWith('!')).map((part) => part.slice(1));
const wanted = given.filter((argument) => !/^[-!]/.test(argument));

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

const files = testFiles('.').filter(
  (file) =>
    (wanted.length === 0 || wanted.some((part) => file.includes(part))) &&
    !unwanted.some((part) => file.includes(part)),
);
if (files.length === 0) {
  console.error(`No unit test has a path that contains ${given.join(' ')}.`);
  process.exit(1);
}
// Many wait for a browser, a process or a deadline, so more run at a time than there are
// processors; node's default is one less. A test that hangs is a failure, far later than the
// slowest one ends. The options came with 20.10 and 20.11.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const limits =
  major > 20 || minor >= 11
    ? [`--test-concurrency=${availableParallelism() + 1}`, '--test-timeout=600000']
    : [];

/** Tests that were chosen by their path cover no more than the folders that they name. */
const floorsOfRun = floors.filter(
  ({ folder }) => wanted.length === 0 || wanted.some((part) => folder.startsWith(part)),
);

const folder = mkdtempSync(join(tmpdir(), 'framewright-unit-tests-'));

/** A file that node runs as one: the test file, or a generated one that imports all of a group. */
function entryOf(group: readonly string[]): string {
  if (group.length === 1) return group[0]!;
  const imports = group.map((file) => `import '${pathToFileURL(resolve(file))}';\n`);
  const entry = join(folder, `${dirname(group[0]!).replaceAll(/[/\\]/g, '-')}.mjs`);
  writeFileSync(entry, imports.join(''));
  return entry;
}

try {
  const groups = testGroups(files.toSorted(), (file) => readFileSync(file, 'utf8'));
  const recorded = join(folder, 'coverage');
  const scope = isMeasured ? ['--import', './.ci/coverage-of-tests.ts'] : [];
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', ...scope, '--test', ...limits, ...options, ...groups.map(entryOf)],
    {
      stdio: 'inherit',
      env: { ...process.env, ...(isMeasured && { NODE_V8_COVERAGE: recorded }) },
    },
  );
  process.exitCode = status ?? 1;
  // Tests that failed may not have reached what they cover.
  if (isMeasured && status === 0 && !(await checkCoverage(recorded, floorsOfRun))) {
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
