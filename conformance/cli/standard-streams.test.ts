/** Readers that close early, and full disks. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type RunningPeer, startPeer } from '../reference/server.ts';
import { readResults } from '../results/read-results.ts';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';

let cli: BuiltCli;
let peer: RunningPeer;
let folder: string;

before(async () => {
  cli = await buildCli();
  peer = await startPeer({});
  folder = await mkdtemp(join(tmpdir(), 'framewright-streams-'));
});

after(async () => {
  await peer.close();
  await rm(folder, { recursive: true });
});

const few = ['--only', 'fragmentation/ping-of-*'];

test('the reader of a list may close early', async () => {
  const { child, ended } = cli.start(['list']);
  child.stdout?.destroy();
  const { code, err } = await ended;
  assert.deepEqual([code, err], [0, '']);
});

test('a run continues when nobody reads its output', async () => {
  const path = join(folder, 'unread.json');
  // 100 cases produce a line of progress, which nobody reads either.
  const { child, ended } = cli.start(['server', peer.url.href, '--only', '5.4,5.5', '--out', path]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const { code } = await ended;
  assert.equal(code, 0);
  const { runs } = await readResults(path);
  assert.deepEqual(runs[0]?.end, { state: 'complete' });
});

const full = '/dev/full';
const skip = existsSync(full) ? false : 'this system has no /dev/full';

test('a full disk is reported, and results are saved elsewhere', { skip }, async (t) => {
  const disk = await open(full, 'w');
  t.after(() => disk.close());
  const listed = await cli.start(['list'], {}, disk.fd).ended;
  assert.equal(listed.code, 2);
  assert.match(listed.err, /^framewright: cannot write standard output: ENOSPC.*\n$/);
  const args = ['server', peer.url.href, ...few, '--reporter', 'json'];
  const { code, err } = await cli.start(args, {}, disk.fd).ended;
  assert.equal(code, 2);
  const kept = /^framewright: cannot write standard output: ENOSPC.*\n.*are in (.+results\.json): /;
  const path = kept.exec(err)?.[1];
  assert.ok(path, err);
  t.after(() => rm(dirname(path), { recursive: true }));
  assert.deepEqual((await readResults(path)).runs[0]?.end, { state: 'complete' });
});
