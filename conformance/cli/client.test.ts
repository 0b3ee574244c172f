/** `framewright client` and `framewright browsers` as a user sees them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readResults } from '../results/read-results.ts';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';
import { listening } from '../testing/listening.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let cli: BuiltCli;
let folder: string;

/** A loop as client authors write it for Autobahn; the second argument is the agent. */
const loop = `
import WebSocket from 'ws';
const [server, agent] = process.argv.slice(2);
const visit = (path, onMessage) => new Promise((resolve) => {
  const socket = new WebSocket(server + path);
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => onMessage(socket, data, isBinary));
  socket.on('close', resolve);
});
let count = 0;
await visit('/getCaseCount', (_, data) => { count = Number(data); });
for (let n = 1; n <= count; n += 1) {
  await visit('/runCase?case=' + n + '&agent=' + agent, (socket, data, binary) => socket.send(data, { binary }));
}
await visit('/updateReports?agent=' + agent, () => {});
`;
const single = `
import WebSocket from 'ws';
const socket = new WebSocket(process.argv[2]);
socket.on('error', () => {});
socket.on('message', (data, binary) => socket.send(data, { binary }));
`;
/** Has no test for the first case. */
const selective = `
if (decodeURIComponent(process.argv[2]).includes('length/text-of-0')) {
  console.error('no such test');
  process.exit(4);
}
${single.replace("import WebSocket from 'ws'", "const { WebSocket } = await import('ws')")}`;
/** A client with a bug: an empty message ends the process. */
const deadly = 'if (data.length === 0) undefined.length; ';
/** Answers no message while the file of its second argument does not exist, and creates it. */
const silent = `
import { existsSync, writeFileSync } from 'node:fs';
import WebSocket from 'ws';
const [url, file] = process.argv.slice(2);
const answers = file !== 'never' && existsSync(file);
if (file !== 'never') writeFileSync(file, '');
const socket = new WebSocket(url);
socket.on('error', () => {});
socket.on('message', (data, binary) => answers && socket.send(data, { binary }));
`;
/** Echoes one byte; for longer messages it makes a request to an address. */
const slow = `
import { connect } from 'node:net';
import WebSocket from 'ws';
const [url, address] = process.argv.slice(2);
const [host, port] = address.split(':');
const socket = new WebSocket(url);
socket.on('error', () => {});
socket.on('message', (data, binary) => {
  if (data.length === 1) socket.send(data, { binary });
  else connect(Number(port), host).end();
});
`;
/** Does not answer, and makes a request to an address when it should. */
const mute = `
import { connect } from 'node:net';
import WebSocket from 'ws';
const [url, address] = process.argv.slice(2);
const [host, port] = address.split(':');
const socket = new WebSocket(url.includes('runCase') ? url : url + '/runCase?case=1&agent=mute');
socket.on('error', () => {});
socket.on('message', () => connect(Number(port), host).end());
`;

before(async () => {
  cli = await buildCli();
  // Below the root, so that packages are resolved.
  folder = await mkdtemp(join(root, 'node_modules', 'framewright-client-'));
  await writeFile(join(folder, 'loop.mjs'), loop);
  await writeFile(join(folder, 'single.mjs'), single);
  await writeFile(join(folder, 'selective.mjs'), selective);
  await writeFile(join(folder, 'mute.mjs'), mute);
  await writeFile(join(folder, 'silent.mjs'), silent);
  await writeFile(join(folder, 'slow.mjs'), slow);
  await writeFile(
    join(folder, 'silent-loop.mjs'),
    loop.replace('socket.send(data, { binary })', '{}'),
  );
  await writeFile(
    join(folder, 'deadly-loop.mjs'),
    loop
      .replace('(socket, data, binary) => ', `(socket, data, binary) => { ${deadly}`)
      .replace('{ binary }));', '{ binary }); });'),
  );
  await writeFile(
    join(folder, 'deadly-single.mjs'),
    single
      .replace('(data, binary) => ', `(data, binary) => { ${deadly}`)
      .replace('{ binary }));', '{ binary }); });'),
  );
});
after(() => rm(folder, { recursive: true }));

function start(...args: string[]) {
  const { child, ended } = cli.start(args);
  let err = '';
  child.stderr?.on('data', (bytes) => {
    err += bytes;
  });
  const says = (words: RegExp) =>
    new Promise<RegExpExecArray>((resolve) => {
      const look = () => {
        const found = words.exec(err);
        if (found) resolve(found);
      };
      child.stderr?.on('data', look);
      look();
    });
  return { child, ended, says };
}

const few = ['--only', 'ping/text,response/wrong-accept'];

test('a command runs once, and its agent gets a report', async () => {
  const file = join(folder, 'results.json');
  const args = ['client', '--port', '0', ...few, '--out', file];
  const script = join(folder, 'loop.mjs');
  const { code, out } = await start(...args, '--', process.execPath, script, '{url}', 'mine').ended;
  assert.equal(code, 0, out);
  const {
    runs: [run],
  } = await readResults(file);
  assert.deepEqual(
    [run?.target.role, run?.target.name, run?.end],
    ['client', 'mine', { state: 'complete' }],
  );
  assert.deepEqual(
    run?.results.map(({ id, verdict }) => `${id} ${verdict}`),
    ['response/wrong-accept pass', 'ping/text pass'],
  );
});

test('a command that contains {case-url} runs once for each case', async () => {
  const args = ['client', '--port', '0', ...few, '--'];
  const { code, out } = await start(
    ...args,
    process.execPath,
    join(folder, 'single.mjs'),
    '{case-url}',
  ).ended;
  assert.equal(code, 0, out);
  assert.match(out, /2 cases in .*2 passed/);
});

const sizes = ['--only', 'length/text-of-0,length/text-of-1,length/text-of-124'];
for (const [what, script, ...words] of [
  ['a loop', 'deadly-loop.mjs', '{url}', 'mine'],
  ['a command for each case', 'deadly-single.mjs', '{case-url}'],
] as const) {
  test(`${what} that dies in a case fails that case, and the others run`, async () => {
    const file = join(folder, `${script}.json`);
    const args = ['client', '--port', '0', ...sizes, '--out', file, '--'];
    const program = join(folder, script);
    const { code, out, err } = await start(...args, process.execPath, program, ...words).ended;
    assert.equal(code, 1, out + err);
    const {
      runs: [run],
    } = await readResults(file);
    assert.deepEqual(run?.end, { state: 'complete' });
    assert.deepEqual(
      run.results.map(({ id, verdict, rule }) => [id, verdict, rule]),
      [
        ['length/text-of-0', 'fail', 'client-died'],
        ['length/text-of-1', 'pass', 'text-of-1'],
        ['length/text-of-124', 'pass', 'text-of-124'],
      ],
    );
    assert.match(run.results[0]!.observed, /^its process exited with code 1: TypeError: /);
    if (what === 'a loop') assert.match(err, /in length\/text-of-0; restarting it/);
  });
}

test('a command that asks for nothing in one case is no reason to leave out the others', async () => {
  const file = join(folder, 'selective.json');
  const args = ['client', '--port', '0', ...sizes, '--out', file, '--'];
  const program = join(folder, 'selective.mjs');
  const { code, out, err } = await start(...args, process.execPath, program, '{case-url}').ended;
  assert.equal(code, 2, out + err);
  const {
    runs: [run],
  } = await readResults(file);
  assert.deepEqual(run?.end, { state: 'complete' });
  assert.deepEqual(
    run.results.map(({ verdict }) => verdict),
    ['error', 'pass', 'pass'],
  );
  assert.equal(
    run.results[0]!.observed,
    'the command exited with code 4, and asked for no case; the last that it wrote: no such test',
  );
});

async function playInSilence(script: string, ...words: readonly string[]) {
  const file = join(folder, `${script}-${words.length}-${words.at(-1)!.length}.json`);
  const args = ['client', '--port', '0', '--timeout', '2000', '--only', 'length/text-of-1'];
  const command = [process.execPath, join(folder, script), ...words];
  const { code, out } = await start(...args, '--out', file, '--', ...command).ended;
  const { runs } = await readResults(file);
  const [result] = runs[0]!.results;
  const { verdict, observed, otherAttempts = [], unstable } = result!;
  const others = otherAttempts.map((other) => other.verdict);
  return { code, out, observed, attempts: [...others, verdict], unstable };
}

test('a case without an answer runs again with another command; both attempts are kept', async () => {
  const late = await playInSilence('silent.mjs', '{case-url}', join(folder, 'was-asked'));
  assert.deepEqual([late.attempts, late.unstable, late.code], [['fail', 'pass'], true, 0]);
  assert.match(late.out, /1 passed, 1 unstable/);
  const never = await playInSilence('silent.mjs', '{case-url}', 'never');
  assert.deepEqual([never.attempts, never.unstable, never.code], [['fail', 'fail'], undefined, 1]);
  assert.doesNotMatch(never.observed, /seen once/);
});

test('results of commands for each case are on disk during the run', async () => {
  await listening(createServer(), async (address, listener) => {
    const file = join(folder, 'killed.json');
    const args = ['client', '--port', '0', '--only', 'length/text-of-1,length/text-of-124'];
    const command = [process.execPath, join(folder, 'slow.mjs'), '{case-url}', address];
    const { child, ended } = start(...args, '--out', file, '--', ...command);
    await once(listener, 'connection');
    child.kill('SIGKILL');
    await ended;
    const { runs } = await readResults(`${file}.partial`);
    const seen = runs[0]!.results.map(({ id, verdict }) => `${id} ${verdict}`);
    assert.deepEqual(seen, ['length/text-of-1 pass']);
  });
});

test('a missing answer of a loop fails, and the result notes that it was seen once', async () => {
  const { attempts, observed, code } = await playInSilence('silent-loop.mjs', '{url}', 'mine');
  assert.deepEqual([attempts, code], [['fail'], 1]);
  assert.match(observed, / \(seen once: the case could not be run again\)$/);
});

test('without a command it serves until the last agent has requested its report', async () => {
  const { ended, says } = start('client', '--port', '0', ...few);
  const [, url] = await says(/at (ws:\S+);/);
  for (const agent of ['one', 'two']) {
    spawn(process.execPath, [join(folder, 'loop.mjs'), url!, agent], { cwd: folder });
  }
  const { code, out } = await ended;
  assert.equal(code, 0, out);
});

test('a client that stops half way: exit code 2, and the results so far are kept', async () => {
  const args = ['client', '--port', '0', '--only', 'ping/*', '--'];
  const one = `import WebSocket from 'ws'; const s = new WebSocket(process.argv[1] + '/runCase?case=1&agent=half'); s.on('message', (data, binary) => s.send(data, { binary })); s.on('error', () => {});`;
  const { code, out } = await start(
    ...args,
    process.execPath,
    '--input-type=module',
    '-e',
    one,
    '{url}',
  ).ended;
  assert.equal(code, 2, out);
  assert.match(out, /requested 1 of \d+ cases/);
});

test('Ctrl-C ends the host and keeps the results', async () => {
  const { child, ended, says } = start('client', '--port', '0', '--only', 'ping/*');
  await says(/at ws:/);
  child.kill('SIGINT');
  const { code, err } = await ended;
  assert.equal(code, 2);
  assert.match(err, /no case was requested: interrupted/);
});

for (const word of ['{url}', '{case-url}']) {
  test(`a case that Ctrl-C ends does not fail a client started with ${word}`, async () => {
    await listening(createServer(), async (address, listener) => {
      const { child, ended } = start(
        ...['client', '--port', '0', '--only', 'utf8/empty', '--', process.execPath],
        ...[join(folder, 'mute.mjs'), word, address],
      );
      await once(listener, 'connection');
      child.kill('SIGINT');
      const { code, out } = await ended;
      assert.equal(code, 2, out);
      assert.match(out, /Interrupted/);
      assert.match(out, /^0 of 1 case/m);
    });
  });
}

test('an unusable command and an unknown engine: exit code 2, and the reason', async () => {
  const missing = await start(
    'client',
    '--port',
    '0',
    ...few,
    '--',
    join(tmpdir(), 'no-such-client'),
  ).ended;
  assert.equal(missing.code, 2);
  assert.match(missing.err, /no case was requested: the command could not be started/);
  const unknown = await start('browsers', 'chrom').ended;
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /unknown engine "chrom"; the engines are chromium, firefox, webkit/);
});
