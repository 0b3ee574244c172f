import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleRun } from '../testing/sample-run.ts';
import { readKnownFailing } from './known-failing.ts';
import { readResults } from './read-results.ts';
import { resultsOf } from './results.ts';
import { formatResults } from './results-file.ts';

const mark = '\u{feff}';

test('files written by Windows shells are read, or refused with the reason', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-text-'));
  t.after(() => rm(folder, { recursive: true }));
  const run = await sampleRun();
  const results = formatResults(resultsOf([run])).replaceAll('\n', '\r\n');
  const list = 'a/one # why\r\n\r\na/one\r\nno/such\r\n';
  const [json, txt] = [join(folder, 'results.json'), join(folder, 'list.txt')];

  await writeFile(json, mark + results);
  assert.deepEqual((await readResults(json)).runs, [run]);
  await writeFile(txt, mark + list);
  const { patterns, unmatched } = readKnownFailing(txt, ['a/one']);
  assert.deepEqual(patterns, ['a/one', 'a/one', 'no/such']);
  assert.deepEqual(unmatched, [{ line: 4, pattern: 'no/such' }]);

  for (const swap of [(bytes: Buffer) => bytes, (bytes: Buffer) => bytes.swap16()]) {
    await writeFile(json, swap(Buffer.from(mark + results, 'utf16le')));
    await assert.rejects(readResults(json), {
      name: 'ResultsFileError',
      message: `cannot read ${json}: it is UTF-16: save it as UTF-8`,
    });
    await writeFile(txt, swap(Buffer.from(mark + list, 'utf16le')));
    assert.throws(() => readKnownFailing(txt, ['a/one']), /^Error: it is UTF-16: save it as UTF-8/);
  }

  await writeFile(json, '');
  await assert.rejects(readResults(json), { message: `${json} is empty` });
});
