/**
 * `npm run test:unit`: runs the unit tests of all folders; `npm run test:unit conformance/wire/tap` those
 * whose path contains it. Arguments that begin with a dash go to node.
 * Node 20's own search for tests knows no TypeScript: it would find none, and be content.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
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
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', '--test', ...options, ...files.toSorted()],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
