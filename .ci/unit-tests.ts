/**
 * `npm run test:unit`: runs the unit tests of all folders; `npm run test:unit conformance/wire/tap` those
 * whose path contains it. Arguments that begin with a dash go to node.
 * Node 20's own search for tests knows no TypeScript: it would find none, and be content.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

const files = testFiles('.').filter(
  (file) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
);
if (files.length === 0) {
  console.error(`No unit test's path contains ${wanted.join(' or ')}.`);
  process.exit(1);
}
// Many wait for a browser, a process or a deadline: more at a time than there are processors, where
// node's own choice is one less. A file that hangs is a failure, many times later than the slowest
// ends. The options came with 20.10 and 20.11.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const limits =
  major > 20 || minor >= 11
    ? [`--test-concurrency=${availableParallelism() + 1}`, '--test-timeout=300000']
    : [];

const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', '--test', ...limits, ...options, ...files.toSorted()],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
