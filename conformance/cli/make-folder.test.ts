import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from './make-folder.ts';

test('a folder is created with its parents, and may exist already', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  for (let time = 0; time < 2; time += 1) await makeFolder(join(folder, 'a', 'b', 'c'));
  assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), [
    'a',
    join('a', 'b'),
    join('a', 'b', 'c'),
  ]);
});

test('a folder that cannot be created is reported at once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'framewright-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(makeFolder(join(folder, 'file')), { message: /file is a file, and/ });
  await assert.rejects(makeFolder(join(folder, 'file', 'a')), { code: 'ENOTDIR' });
  // On Linux nobody can create a folder in /proc; elsewhere few users can create one in the root.
  if (process.platform !== 'linux') return;
  await assert.rejects(makeFolder('/proc/framewright/a'), { code: 'ENOENT' });
});
