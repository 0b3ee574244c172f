import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { buildOnce } from './build-once.ts';

function emptyCache(t: TestContext): string {
  const cache = mkdtempSync(join(tmpdir(), 'framewright-build-'));
  t.after(() => rmSync(cache, { recursive: true }));
  return cache;
}

test('concurrent requests for one key share a single build', async (t) => {
  const cache = emptyCache(t);
  let builds = 0;
  const build = async (folder: string) => {
    builds += 1;
    await turn();
    writeFileSync(join(folder, 'file'), `build ${builds}`);
  };
  const folders = await Promise.all([1, 2, 3].map(() => buildOnce(cache, 'key', build)));
  assert.equal(builds, 1);
  assert.deepEqual(new Set(folders), new Set([join(cache, 'key')]));
  assert.equal(readFileSync(join(cache, 'key', 'file'), 'utf8'), 'build 1');
  assert.deepEqual(readdirSync(cache), ['key'], 'no lock and no unfinished build remains');
});

test('another key gets a separate build', async (t) => {
  const cache = emptyCache(t);
  const built = await Promise.all(['a', 'b'].map((key) => buildOnce(cache, key, () => {})));
  assert.deepEqual(built, [join(cache, 'a'), join(cache, 'b')]);
});

test('a build that fails leaves nothing, and the next request builds again', async (t) => {
  const cache = emptyCache(t);
  const failing = buildOnce(cache, 'key', (folder) => {
    writeFileSync(join(folder, 'half'), '');
    throw new Error('no space left');
  });
  await assert.rejects(failing, /no space left/);
  assert.deepEqual(readdirSync(cache), []);
  await buildOnce(cache, 'key', () => {});
  assert.deepEqual(readdirSync(cache), ['key']);
});

test('the lock of a process that has ended is taken over', async (t) => {
  const cache = emptyCache(t);
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(cache, 'key.lock'), String(pid));
  await buildOnce(cache, 'key', () => {});
  assert.deepEqual(readdirSync(cache), ['key']);
});

test('a new build removes builds unused for a day', async (t) => {
  const cache = emptyCache(t);
  for (const key of ['old', 'recent']) await buildOnce(cache, key, () => {});
  const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
  utimesSync(join(cache, 'old'), longAgo, longAgo);
  await buildOnce(cache, 'new', () => {});
  assert.deepEqual(readdirSync(cache).toSorted(), ['new', 'recent']);
  assert.equal(existsSync(join(cache, 'old')), false);
});
