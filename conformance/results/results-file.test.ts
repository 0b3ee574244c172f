import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleRun } from '../testing/sample-run.ts';
import { parseResults, ResultsFileError, readResults } from './read-results.ts';
import { type Results, resultsOf } from './results.ts';
import { formatResults, writeWhole } from './results-file.ts';

test('results are written one per line and read back unchanged', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  const results = resultsOf([await sampleRun(), await sampleRun()]);
  const path = join(folder, 'results.json');
  await writeWhole(path, formatResults(results));
  assert.deepEqual(await readResults(path), results);
  assert.deepEqual(await readdir(folder), ['results.json']);
  const lines = (await readFile(path, 'utf8')).split('\n');
  assert.equal(lines.filter((line) => line.startsWith('{"id":"sample/')).length, 12);
});

test('a file that cannot be written leaves nothing behind', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  await assert.rejects(writeWhole(join(folder, 'missing', 'results.json'), ''), { code: 'ENOENT' });
  // A folder of that name cannot be replaced by a file.
  await mkdir(join(folder, 'results.json', 'inside'), { recursive: true });
  await assert.rejects(writeWhole(join(folder, 'results.json'), ''));
  assert.deepEqual(await readdir(folder), ['results.json']);
});

test('anything but a regular file is written in place', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  // Like /dev/stdout.
  const link = join(folder, 'link');
  await symlink(join(folder, 'results.json'), link);
  for (const content of ['longer', 'short']) await writeWhole(link, content);
  assert.ok((await lstat(link)).isSymbolicLink());
  assert.equal(await readFile(join(folder, 'results.json'), 'utf8'), 'short');
});

const damaged: [name: string, edit: (results: Mutable) => void, message: RegExp][] = [
  [
    'a verdict',
    ({ runs }) => (runs[0].results[3].verdict = 'passed'),
    /damaged at \/runs\/0\/results\/3\/verdict: must be equal to one of the allowed values: pass, fail, warn, info, skip, error/,
  ],
  [
    'a missing field',
    ({ runs }) => delete runs[0].target,
    /damaged at \/runs\/0: must have required property 'target'/,
  ],
  [
    'an entry',
    ({ runs }) => delete runs[0].results[0].conversations[0].timeline.entries[0].sizes,
    /\/runs\/0\/results\/0\/conversations\/0\/timeline\/entries\/0: must have required property 'sizes'/,
  ],
  [
    'bytes',
    ({ runs }) => (runs[0].results[0].conversations[0].timeline.client = { base64: '<b>' }),
    /\/timeline\/client\/base64: must match pattern/,
  ],
  [
    'the end',
    ({ runs }) => (runs[0].end = { state: 'target lost' }),
    /\/runs\/0\/end: must have required property 'reason'/,
  ],
  [
    'another version',
    (results) => (results.version = 3),
    /has version 3; this Framewright reads version 2\. Use the Framewright that wrote it/,
  ],
  ['another format', (results) => delete results.format, /is not a Framewright results file/],
];

// biome-ignore lint/suspicious/noExplicitAny: the tests damage it in ways its type forbids
type Mutable = any;

for (const [name, edit, message] of damaged) {
  test(`damage in ${name} is reported with its place`, async () => {
    const results = JSON.parse(formatResults(resultsOf([await sampleRun()]))) as Results;
    edit(results);
    assert.throws(() => parseResults(JSON.stringify(results), 'x.json'), {
      name: 'ResultsFileError',
      message,
    });
  });
}

test('a file that is not JSON, has no results or does not exist is reported as such', async () => {
  assert.throws(() => parseResults('{', 'x.json'), /x\.json is not JSON/);
  assert.throws(() => parseResults('null', 'x.json'), /x\.json is not a Framewright results file/);
  await assert.rejects(readResults('missing/x.json'), (error) => {
    assert.ok(error instanceof ResultsFileError);
    assert.match(error.message, /cannot read missing\/x\.json: ENOENT/);
    return true;
  });
});
