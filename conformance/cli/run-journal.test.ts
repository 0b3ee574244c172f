/** Results survive the end of the process, however it ends. */
import assert from 'node:assert/strict';
import fs, { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { type RunningPeer, startPeer } from '../reference/server.ts';
import { readResults } from '../results/read-results.ts';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { openJournal } from './run-journal.ts';

let cli: BuiltCli;
let peer: RunningPeer;
let folder: string;

before(async () => {
  cli = await buildCli();
  peer = await startPeer({});
  folder = await mkdtemp(join(tmpdir(), 'framewright-survival-'));
});

after(async () => {
  await peer.close();
  await rm(folder, { recursive: true });
});

/** Resolves when the journal has that many lines. */
async function linesIn(path: string, wanted: number): Promise<void> {
  for (;;) {
    const content = await readFile(path, 'utf8').catch(() => '');
    if (content.split('\n').length > wanted) return;
    await pause(5);
  }
}

test('a killed run leaves the results so far, and report reads them', async () => {
  const path = join(folder, 'killed.json');
  const { child, ended } = cli.start(['server', peer.url.href, '--out', path]);
  await linesIn(`${path}.partial`, 20);
  child.kill('SIGKILL');
  await ended;
  assert.equal(existsSync(path), false);
  const { runs } = await readResults(`${path}.partial`);
  assert.ok(runs[0]!.results.length >= 18, `${runs[0]!.results.length}`);
  assert.ok(runs[0]!.results.every(({ verdict }) => verdict !== 'fail'));
  const { code, out } = await cli.run('report', `${path}.partial`);
  assert.equal(code, 2);
  assert.match(out, /Interrupted: cases that did not run are missing here\./);
});

test('a killed run leaves results that were to be run again, as not judged', async () => {
  const silent = await startPeer({ pong: () => [] });
  const path = join(folder, 'doubtful.json');
  const args = ['--only', 'ping/*', '--timeout', '500', '--out', path];
  const { child, ended } = cli.start(['server', silent.url.href, ...args]);
  await linesIn(`${path}.partial`, 4);
  child.kill('SIGKILL');
  await ended;
  await silent.close();
  const { runs } = await readResults(`${path}.partial`);
  const [first, ...others] = runs[0]!.results.map(
    ({ verdict, observed }) => `${verdict}: ${observed}`,
  );
  assert.match(first!, /^error: .+, not run again, as the run ended before that$/);
  assert.ok(others.length > 0);
});

test('a run keeps the journal of a killed run with the same --out, and says so', async () => {
  const inside = await mkdtemp(join(folder, 'again-'));
  const path = join(inside, 'results.json');
  await writeFile(`${path}.partial`, 'left by a run that was killed');
  const args = ['server', peer.url.href, '--only', 'fragmentation/ping-of-*', '--out', path];
  const { code, err } = await cli.run(...args);
  assert.equal(code, 0);
  assert.ok(err.includes(`${path}.partial is kept`), err);
  assert.deepEqual((await readdir(inside)).toSorted(), ['results.json', 'results.json.partial']);
  assert.equal(await readFile(`${path}.partial`, 'utf8'), 'left by a run that was killed');
});

test('runs with the same --out at the same time have separate journals', async () => {
  const inside = await mkdtemp(join(folder, 'together-'));
  const path = join(inside, 'results.json');
  const first = cli.start(['server', peer.url.href, '--out', path]);
  await linesIn(`${path}.partial`, 3);
  const second = cli.start(['server', peer.url.href, '--out', path]);
  await linesIn(`${path}.2.partial`, 4);
  for (const { child } of [first, second]) child.kill('SIGKILL');
  await Promise.all([first.ended, second.ended]);
  for (const journal of [`${path}.partial`, `${path}.2.partial`]) {
    const { runs } = await readResults(journal);
    assert.equal(runs.length, 1);
    assert.ok(runs[0]!.results.length > 0);
  }
});

test('a run that ends normally leaves results.json and no journal', async () => {
  const inside = await mkdtemp(join(folder, 'well-'));
  const args = ['server', peer.url.href, '--only', 'fragmentation/ping-of-*'];
  const env = { TMPDIR: inside };
  const { ended } = cli.start([...args, '--out', join(inside, 'results.json')], env);
  assert.equal((await ended).code, 0);
  assert.deepEqual(await readdir(inside), ['results.json']);
  assert.equal((await cli.start(args, env).ended).code, 0);
  assert.deepEqual(await readdir(inside), ['results.json']);
});

test('a killed run with a client leaves the results so far', async () => {
  const inside = await mkdtemp(join(folder, 'client-'));
  const { child, ended } = cli.start(['client', '--port', '0', '--timeout', '2000'], {
    TMPDIR: inside,
  });
  const url = await new Promise<string>((resolve) => {
    let said = '';
    child.stderr!.on('data', (bytes) => {
      said += bytes;
      const found = /at (ws:\/\/\S+?);/.exec(said)?.[1];
      if (found) resolve(found);
    });
  });
  const [journal] = await readdir(inside);
  const path = join(inside, journal!);
  // A request for a case, and nothing else.
  const socket = new WebSocket(`${url}/runCase?id=utf8/empty&agent=a`);
  socket.on('message', (data: Buffer) => socket.send(data, { binary: false }));
  socket.on('error', () => {});
  await linesIn(path, 3);
  child.kill('SIGKILL');
  await ended;
  const { runs } = await readResults(path);
  assert.deepEqual(
    runs.map(({ target, results }) => [target.name, results.map(({ id }) => id)]),
    [['a', ['utf8/empty']]],
  );
});

test('a journal on a disk that is full is continued in the folder for temporary files', async (t) => {
  const inside = await mkdtemp(join(folder, 'elsewhere-'));
  const before = process.env.TMPDIR;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  process.env.TMPDIR = inside;
  const path = join(folder, 'full.json');
  const journal = await openJournal([{ name: 'json', path }]);
  const { results, end: _end, duration: _duration, ...head } = await sampleRun();
  const keep = journal.begin(head);
  keep(results[0]!);
  const full = t.mock.method(fs, 'writeFileSync', () => {
    full.mock.restore();
    syncBuiltinESMExports();
    throw new Error('ENOSPC: no space left on device, write');
  });
  syncBuiltinESMExports();
  keep(results[1]!);
  keep(results[2]!);
  const [elsewhere] = await readdir(inside);
  const idsIn = async (file: string) =>
    (await readResults(file)).runs.flatMap((run) => run.results.map(({ id }) => id));
  assert.deepEqual(await idsIn(`${path}.partial`), [results[0]!.id]);
  assert.deepEqual(await idsIn(join(inside, elsewhere!)), [results[1]!.id, results[2]!.id]);
  journal.release();
  assert.deepEqual([existsSync(`${path}.partial`), await readdir(inside)], [false, []]);
});

const noFull = existsSync('/dev/full') ? false : 'this system has no /dev/full';

test('a full disk loses neither the results nor the other reports', { skip: noFull }, async () => {
  const inside = await mkdtemp(join(folder, 'full-'));
  const junit = join(inside, 'junit.xml');
  const { code, err } = await cli.start(
    [
      ...['server', peer.url.href, '--only', 'fragmentation/ping-of-*'],
      ...['--out', '/dev/full', '--reporter', `junit:${junit}`],
    ],
    { TMPDIR: inside },
  ).ended;
  assert.equal(code, 2);
  assert.match(err, /framewright: cannot write \/dev\/full: ENOSPC/);
  assert.match(await readFile(junit, 'utf8'), /<testsuites/);
  const kept = /the results are in (\S+): framewright report/.exec(err)?.[1];
  assert.equal((await readResults(kept!)).runs[0]!.end.state, 'complete');
});
