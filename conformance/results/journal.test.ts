import assert from 'node:assert/strict';
import fs, { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sampleRun } from '../testing/sample-run.ts';
import { Journal } from './journal.ts';
import { readResults } from './read-results.ts';
import type { Run } from './results.ts';

let folder: string;
let run: Run;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framewright-journal-'));
  run = await sampleRun();
});

after(() => rm(folder, { recursive: true }));

/** Fails the test if the disk accepts no more. */
const unexpected = (error: Error) => assert.fail(error);

function headOf({ results: _results, end: _end, duration: _duration, ...head }: Run) {
  return head;
}

test('a journal is read as interrupted runs, even if its last line is incomplete', async () => {
  const path = join(folder, 'two-runs.partial');
  const journal = new Journal(path, unexpected);
  const other = { ...run, target: { ...run.target, name: 'other' } };
  const [keep, keepOther] = [journal.begin(headOf(run)), journal.begin(headOf(other))];
  const [first, second, third] = run.results;
  keep(first!);
  keepOther(first!);
  keep({ ...second!, verdict: 'error' });
  // Run again: the later result counts.
  keep(second!);
  await appendFile(path, JSON.stringify({ run: 0, at: 1, result: third }).slice(0, -20));
  const { runs } = await readResults(path);
  assert.deepEqual(
    runs.map(({ target, end, results }) => [target.name, end.state, results]),
    [
      [run.target.name, 'interrupted', [first, second]],
      ['other', 'interrupted', [first]],
    ],
  );
  assert.deepEqual(headOf(runs[0]!), headOf(run));
  journal.remove();
  assert.equal(existsSync(path), false);
});

test('a missing results.json is reported with the journal that is there', async () => {
  const path = join(folder, 'missing.json');
  await assert.rejects(readResults(path), { message: /missing[.]json: ENOENT[^;]*$/ });
  new Journal(`${path}.partial`, unexpected);
  await assert.rejects(readResults(path), {
    message: /missing[.]json: ENOENT.*; \S+missing[.]json[.]partial has what a run has stored/,
  });
});

test('an invalid line of a journal is reported as damage', async () => {
  const path = join(folder, 'damaged.partial');
  const lines = ['nonsense', '{"run":3,"at":1,"result":{}}', '[]', 'null', '{"run":1,"head":{}}'];
  for (const line of lines) {
    const journal = new Journal(path, unexpected);
    await appendFile(path, `${line}\n`);
    await assert.rejects(readResults(path), {
      name: 'ResultsFileError',
      message: /damaged[.]partial is damaged: line 2 .*; head -n 1 keeps the lines before it$/,
    });
    journal.remove();
  }
});

test('a journal of another version is refused with both versions', async () => {
  const path = join(folder, 'version-1.partial');
  const line = '{"run":0,"at":1,"result":{}}';
  await writeFile(path, `{"format":"framewright journal","version":1}\n${line}\n`);
  await assert.rejects(readResults(path), {
    name: 'ResultsFileError',
    message: /has version 1; this Framewright reads version 2\. Use the Framewright that wrote it/,
  });
});

test('a journal is read however it was cut', async () => {
  const path = join(folder, 'cut.partial');
  const journal = new Journal(path, unexpected);
  const keep = journal.begin(headOf({ ...run, target: { ...run.target, name: 'Ünïcode ✓' } }));
  keep(run.results[0]!);
  keep({ ...run.results[1]!, observed: 'ü'.repeat(20) });
  const whole = await readFile(path);
  journal.remove();
  const lineEnds = [...whole.entries()].filter(([, octet]) => octet === 0x0a).map(([at]) => at);
  assert.equal(lineEnds.length, 4);
  const [, , secondResult] = lineEnds;
  const places = [0, 1, 30, lineEnds[0]!, lineEnds[0]! + 1, lineEnds[1]! - 9, lineEnds[1]! + 1];
  const inCharacter = whole.lastIndexOf(Buffer.from('ü')) + 1;
  for (const at of [...places, secondResult!, secondResult! + 1, inCharacter, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, at));
    const outcome = await readResults(path).then(
      ({ runs }) => runs.map(({ results }) => results.length).join(),
      ({ name, message }: Error) => `${name}: ${message}`,
    );
    if (at > secondResult!) assert.equal(outcome, '1', `cut at ${at}`);
    else {
      const sentence =
        /^ResultsFileError: \S+ (is empty|is not JSON|has no results: the run ended before)/;
      assert.match(outcome, sentence, `cut at ${at}`);
    }
  }
});

test('a full disk is reported once and does not end the run', async (t) => {
  const failures: string[] = [];
  const journal = new Journal(join(folder, 'full.partial'), ({ message }) =>
    failures.push(message),
  );
  const keep = journal.begin(headOf(run));
  t.mock.method(fs, 'writeFileSync', () => {
    throw new Error('ENOSPC: no space left on device, write');
  });
  syncBuiltinESMExports();
  for (const result of run.results) keep(result);
  t.mock.reset();
  syncBuiltinESMExports();
  assert.deepEqual([failures.length, journal.hasResults], [1, false]);
  assert.match(failures[0]!, /ENOSPC/);
});

test('a journal does not replace the journal of another run', async () => {
  const path = join(folder, 'taken.partial');
  const journal = new Journal(path, unexpected);
  journal.begin(headOf(run))(run.results[0]!);
  assert.throws(() => new Journal(path, unexpected), { code: 'EEXIST' });
  assert.equal((await readResults(path)).runs[0]!.results.length, 1);
});

test('text from a target stays on one line', async () => {
  const path = join(folder, 'malice.partial');
  const journal = new Journal(path, unexpected);
  const keep = journal.begin(headOf(run));
  for (const result of run.results) keep(result);
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  assert.equal(lines.length, 2 + run.results.length);
});
