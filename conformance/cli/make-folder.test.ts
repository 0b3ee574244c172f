import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from './make-folder.ts';

test('a folder is made with all that lead to it, and may be there already', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  for (let time = 0; time < 2; time += 1) await makeFolder(join(folder, 'a', 'b', 'c'));
  assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), [
    'a',
    join('a', 'b'),
    join('a', 'b', 'c'),
  ]);
});

test('where no folder can be, that is said at once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(makeFolder(join(folder, 'file')), { message: /file is a file, and/ });
  await assert.rejects(makeFolder(join(folder, 'file', 'a')), { code: 'ENOTDIR' });
  // Where there is a /proc nobody can make a folder in it; elsewhere few can make one in the root.
  if (process.platform !== 'linux') return;
  await assert.rejects(makeFolder('/proc/framewright/a'), { code: 'ENOENT' });
});
