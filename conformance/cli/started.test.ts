/** Commands that are started as targets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readResults } from '../results/read-results.ts';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';
import { listening } from '../testing/listening.ts';

const few = ['--only', 'fragmentation/ping-of-*'];

let cli: BuiltCli;
let folder: string;
const run: BuiltCli['run'] = (...args) => cli.run(...args);

before(async () => {
  cli = await buildCli();
  folder = await mkdtemp(join(tmpdir(), 'framewright-started-'));
});

after(async () => {
  await rm(folder, { recursive: true });
});

const echo = fileURLToPath(new URL('../testing/mortal-server.ts', import.meta.url));
const serving = (...args: string[]) => ['--', process.execPath, '--import', 'tsx', echo, ...args];

test('a command is started on a free port, tested and stopped', async () => {
  const { code, out, err } = await run('server', 'ws://127.0.0.1:0/', ...few, ...serving());
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /as expected/);
});

test('shards of a started target are merged although each had a different port', async () => {
  const shards = ['1', '7'].map((size) => [size, join(folder, `${size}.json`)] as const);
  for (const [size, path] of shards) {
    const only = ['--only', `fragmentation/ping-of-${size}-*`];
    await run('server', 'ws://127.0.0.1:0/', ...only, '--out', path, ...serving());
  }
  const merged = join(folder, 'merged.json');
  await run('report', ...shards.map(([, path]) => path), '--out', merged);
  const { runs } = await readResults(merged);
  assert.deepEqual(
    runs.map(({ results }) => results.map(({ id }) => id)),
    [['fragmentation/ping-of-1-inside-a-message', 'fragmentation/ping-of-7-inside-a-message']],
  );
});

test('a target that dies at random is restarted; no case fails, and the exit code is 2', async () => {
  const path = join(folder, 'died.json');
  const { code, err } = await run(
    ...['server', 'ws://127.0.0.1:0/', '--only', '5.4', '--concurrency', '1', '--out', path],
    ...serving('--die-at', '30'),
  );
  assert.equal(code, 2);
  assert.match(err, /the command exited with code 7\. It wrote:\n +out of luck\nrestarting it/);
  const { runs } = await readResults(path);
  const { end, losses, results, planned } = runs[0]!;
  assert.deepEqual(end, { state: 'complete' });
  assert.notEqual(losses?.length, 0);
  assert.equal(results.length, planned);
  const failed = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error');
  assert.deepEqual(failed, []);
});

test('the case that ends the process fails, is named, and its replay has the same result', async () => {
  const path = join(folder, 'killed.json');
  const id = 'subprotocol/malformed-with-a-space';
  const dying = serving('--die-of', 'super chat');
  const { code, out } = await run(
    ...['server', 'ws://127.0.0.1:0/', '--only', 'subprotocol,fragmentation/ping-of-*'],
    ...['--reporter', 'console', '--out', path, ...dying],
  );
  const { runs } = await readResults(path);
  const { end, losses, results, planned } = runs[0]!;
  const killers = results.filter(({ rule }) => rule === 'target-ended');
  assert.deepEqual(
    killers.map((result) => result.id),
    losses?.flatMap(({ cases }) => cases),
  );
  assert.deepEqual([code, end, results.length], [1, { state: 'complete' }, planned]);
  const observed = 'then the server process exited with code 7';
  for (const killer of killers) {
    assert.equal(killer.verdict, 'fail');
    assert.ok(killer.observed.endsWith(observed), killer.observed);
  }
  assert.match(out, /the server process exited with code 7/);
  const replayed = await run('replay', killers[0]?.id ?? id, 'ws://127.0.0.1:0/', ...dying);
  assert.equal(replayed.code, 1);
  assert.match(
    replayed.out,
    /observed +HTTP\/1\.1 500.*, then the server process exited with code 7/,
  );
});

test('Ctrl-C keeps the results so far and stops the command', async () => {
  const path = join(folder, 'interrupted.json');
  const listener = createServer();
  await listening(listener, async (address) => {
    const { child, ended } = cli.start([
      ...['server', 'ws://127.0.0.1:0/', '--only', '5.4', '--concurrency', '1'],
      ...['--out', path, '--reporter', 'console'],
      ...serving('--hang-at', '12', '--tell', address),
    ]);
    const [socket] = await once(listener, 'connection');
    const [pid] = await once(socket, 'data');
    child.kill('SIGINT');
    const { code, out } = await ended;
    assert.equal(code, 2);
    assert.match(out, /Interrupted: cases that did not run are missing here/);
    assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
  });
  const { runs } = await readResults(path);
  assert.deepEqual(runs[0]!.end, { state: 'interrupted' });
  assert.ok(runs[0]!.results.length > 0);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** @param args of a command line whose command sends its process id to the address */
async function endsWithUs(args: (address: string) => readonly string[]): Promise<void> {
  const listener = createServer();
  await listening(listener, async (address) => {
    const { child, ended } = cli.start(args(address));
    const [socket] = await once(listener, 'connection');
    const pid = Number((await once(socket, 'data'))[0]);
    assert.ok(isAlive(pid));
    child.kill('SIGKILL');
    await ended;
    while (isAlive(pid)) await pause(20);
  });
}

test('a started server ends with the command line, even after SIGKILL', {
  timeout: 60_000,
}, async () => {
  await endsWithUs((address) => [
    ...['server', 'ws://127.0.0.1:0/', '--only', '5.4', '--concurrency', '1'],
    ...serving('--hang-at', '12', '--tell', address),
  ]);
});

test('a started client ends with the command line, even after SIGKILL', {
  timeout: 60_000,
}, async () => {
  const tell = (address: string) => `process.on('SIGTERM', () => {});
    const [host, port] = '${address}'.split(':');
    const socket = require('node:net').connect(Number(port), host, () => socket.write(String(process.pid)));`;
  await endsWithUs((address) => [
    ...['client', '--port', '0', '--', process.execPath, '-e', tell(address)],
  ]);
});
