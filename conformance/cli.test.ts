/** The command line as a user sees it: a process, its output, its exit code. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type RunningPeer, startPeer } from './reference/server.ts';
import { readResults } from './results/read-results.ts';
import { type BuiltCli, buildCli } from './testing/built-cli.ts';

const few = ['--only', 'fragmentation/ping-of-*'];

let cli: BuiltCli;
let correct: RunningPeer;
/** Answers pings with the wrong payload. */
let faulty: RunningPeer;
let folder: string;
const run: BuiltCli['run'] = (...args) => cli.run(...args);

before(async () => {
  cli = await buildCli();
  correct = await startPeer({});
  faulty = await startPeer({ pong: () => [Buffer.from('other words')] });
  folder = await mkdtemp(join(tmpdir(), 'framewright-cli-'));
});

after(async () => {
  await correct.close();
  await faulty.close();
  await rm(folder, { recursive: true });
});

test('a correct server: exit code 0, and nothing on standard error', async () => {
  const { code, out, err } = await run('server', correct.url.href, ...few);
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /✔ §5\.4 .*\n/);
  assert.match(out, / passed · as expected\n$/);
});

test('a server that breaks a MUST: exit code 1, and everything an issue needs', async () => {
  const { code, out } = await run(
    'server',
    faulty.url.href,
    '--timeout',
    '300',
    '--only',
    'fragmentation/ping-of-1-inside-a-message',
  );
  assert.equal(code, 1);
  assert.match(out, /✘ FAIL {2}fragmentation\/ping-of-1-inside-a-message {2}MUST · RFC 6455 §5\.4/);
  assert.match(out, /expected +pong "p"/);
  assert.match(out, /\^\^ wrong-answer/);
  assert.match(out, /replay +npx framewright replay fragmentation\/ping-of-1-inside-a-message ws:/);
});

test('results are written, read back, converted and judged again', async () => {
  const path = join(folder, 'results.json');
  const junit = join(folder, 'reports', 'junit.xml');
  const { code, out } = await run(
    'server',
    correct.url.href,
    ...few,
    '--out',
    path,
    '--reporter',
    `junit:${junit}`,
    '--name',
    'correct',
    '--target-version',
    '1.2',
    '--seed',
    'x',
  );
  assert.deepEqual([code, out], [0, '']);
  assert.match(await readFile(junit, 'utf8'), /<testsuites name="framewright"/);
  const { runs } = await readResults(path);
  assert.equal(runs.length, 1);
  assert.deepEqual(
    [runs[0]!.target.name, runs[0]!.target.version, runs[0]!.options.seed, runs[0]!.end],
    ['correct', '1.2', 'x', { state: 'complete' }],
  );
  assert.equal(runs[0]!.planned, runs[0]!.results.length);

  const again = await run('report', path, '--rejudge', '--reporter', 'json');
  assert.equal(again.code, 0);
  assert.deepEqual(JSON.parse(again.out).runs, runs);

  const filtered = await run(
    'report',
    path,
    '--only',
    'fragmentation/ping-of-7-inside-a-message, fragmentation/ping-of-1-inside-a-message',
    '--verbose',
  );
  assert.match(filtered.out, /^correct 1\.2 {2}ws:/);
  assert.match(filtered.out, /2 cases in/);
});

test('shards of one run are merged, but two targets are not', async () => {
  const [one, two, other] = ['one', 'two', 'other'].map((name) => join(folder, `${name}.json`)) as [
    string,
    string,
    string,
  ];
  const name = ['--name', 'sharded'];
  await run(
    'server',
    correct.url.href,
    '--only',
    'fragmentation/ping-of-1-*',
    '--out',
    one,
    ...name,
  );
  await run(
    'server',
    correct.url.href,
    '--only',
    'fragmentation/ping-of-7-*',
    '--out',
    two,
    ...name,
  );
  await run('server', correct.url.href, '--only', 'fragmentation/ping-of-7-*', '--out', other);
  const merged = join(folder, 'merged.json');
  const { code } = await run('report', two, one, other, '--out', merged, '--reporter', 'console');
  assert.equal(code, 0);
  const { runs } = await readResults(merged);
  assert.deepEqual(
    runs.map(({ results }) => results.map(({ id }) => id)),
    [
      ['fragmentation/ping-of-1-inside-a-message', 'fragmentation/ping-of-7-inside-a-message'],
      ['fragmentation/ping-of-7-inside-a-message'],
    ],
  );
});

test('the same seed sends the same bytes', async () => {
  const bytes = async () => {
    const { out } = await run(
      'replay',
      'fragmentation/ping-of-1-inside-a-message',
      correct.url.href,
      '--seed',
      's',
    );
    return out.replaceAll(/[\d.]+ ms/g, '');
  };
  assert.equal(await bytes(), await bytes());
});

test('replay shows both sides, unmasked, with the verdict', async () => {
  const id = 'fragmentation/ping-of-1-inside-a-message';
  const passed = await run('replay', id, correct.url.href);
  assert.equal(passed.code, 0);
  assert.match(passed.out, /client → .*request\n/);
  assert.match(passed.out, /← server .*pong frame, FIN, not masked, 1 byte\n/);
  assert.match(passed.out, /payload, masked\n +70 +payload {3}"p"/);
  assert.match(passed.out, /\nPASS {2}fragmentation\/ping-of-1-inside-a-message\n$/);
  const failed = await run('replay', id, faulty.url.href, '--timeout', '300');
  assert.equal(failed.code, 1);
  assert.match(failed.out, /\nFAIL {2}/);
});

test('list prints the cases as text and as JSON', async () => {
  const [text, json] = await Promise.all([run('list', '--only', '5.4'), run('list', '--json')]);
  assert.match(text.out, /^RFC 6455 §5\.4 {2}Fragmentation\n/);
  assert.match(text.out, /fragmentation\/ping-of-1-inside-a-message +MUST +a ping of 1/);
  const { cases } = JSON.parse(json.out) as { cases: Record<string, unknown>[] };
  const ids = (await readFile(new URL('catalogue/ids.txt', import.meta.url), 'utf8'))
    .trimEnd()
    .split('\n');
  assert.deepEqual(cases.map(({ id }) => id).toSorted(), ids.toSorted());
  const keys = [
    'id',
    'title',
    'level',
    'document',
    'section',
    'requirement',
    'against',
    'needs',
    'tags',
    'autobahn',
  ];
  for (const listed of cases)
    assert.ok(
      keys.every((key) => key in listed),
      `${listed.id}`,
    );
});

test('listed failures are expected; a listed case that passes fails the run', async () => {
  const list = join(folder, 'known.txt');
  const id = 'fragmentation/ping-of-1-inside-a-message';
  const args = (url: URL) => [
    'server',
    url.href,
    '--timeout',
    '300',
    '--only',
    id,
    '--known-failing',
    list,
  ];
  await writeFile(list, `${id} # answers with other words\n`);
  assert.equal((await run(...args(faulty.url))).code, 0);
  const passing = await run(...args(correct.url));
  assert.equal(passing.code, 1);
  assert.match(passing.out, /Listed as known failing, and passing\n {2}fragmentation\/ping-of-1/);
  await writeFile(list, `${id}\nno/such-case\n`);
  const rotten = await run(...args(faulty.url));
  assert.equal(rotten.code, 1);
  assert.match(rotten.out, /known\.txt:2 {2}no\/such-case/);
});

test('headers are sent with every handshake, and their values are redacted', async () => {
  const path = join(folder, 'headers.json');
  const { code } = await run(
    'server',
    correct.url.href,
    ...few,
    '--header',
    'Authorization: Bearer s3cret',
    '--out',
    path,
  );
  assert.equal(code, 0);
  const content = await readFile(path, 'utf8');
  assert.match(content, /"headers":\["Authorization"\]/);
  const { runs } = await readResults(path);
  const { client } = runs[0]!.results[0]!.conversations[0]!.timeline;
  assert.ok('base64' in client);
  const request = Buffer.from(client.base64, 'base64').toString('latin1');
  assert.match(request, /Authorization: \*+\r\n/);
});

test('on GitHub Actions, annotations are printed without being requested', async () => {
  const args = ['server', correct.url.href, ...few];
  const { out } = await cli.start(args, { GITHUB_ACTIONS: 'true' }).ended;
  assert.match(out, /as expected\n::notice title=Framewright%3A /);
});

test('a conversation is exported for DevTools and for Wireshark', async () => {
  const [har, pcapng] = [join(folder, 'x', 'one.har'), join(folder, 'x', 'one.pcapng')];
  const exports = ['--har', har, '--pcapng', pcapng];
  const id = 'fragmentation/ping-of-125-inside-a-message';
  const replayed = await run('replay', id, correct.url.href, ...exports);
  assert.equal(replayed.code, 0, replayed.err);
  const opcodes = async () =>
    JSON.parse(await readFile(har, 'utf8')).log.entries[0]._webSocketMessages.map(
      ({ opcode }: { opcode: number }) => opcode,
    );
  const once = await opcodes();
  assert.ok(once.includes(9) && once.includes(10), `${once}`);
  assert.equal((await readFile(pcapng)).readUInt32LE(0), 0x0a0d0d0a);

  const results = join(folder, 'exported.json');
  await run('server', correct.url.href, '--only', id, '--out', results);
  const reported = await run('report', results, '--case', id, ...exports);
  assert.equal(reported.code, 0, reported.err);
  assert.deepEqual(await opcodes(), once);

  const unnamed = await run('report', results, ...exports);
  assert.deepEqual([unnamed.code, /need --case/.test(unnamed.err)], [2, true]);
  const unknown = await run('report', results, '--case', 'no/such', ...exports);
  assert.deepEqual([unknown.code, /no case matches "no\/such"/.test(unknown.err)], [2, true]);
});

test('a run in which every case is skipped fails, live and from stored results', async () => {
  const path = join(folder, 'skipped.json');
  const silent = await startPeer({ echo: () => [] });
  const ended = await run(
    ...['server', silent.url.href, '--only', 'utf8/empty', '--timeout', '500'],
    ...['--reporter', 'console', '--out', path],
  );
  await silent.close();
  const reported = await run('report', path);
  for (const { code, out } of [ended, reported]) {
    assert.equal(code, 2);
    assert.match(
      out,
      /\nNo case was judged: the only case was skipped \(the target does not echo messages\)\. Choose others/,
    );
    assert.match(out, / skipped · nothing was judged\n$/);
  }
  await run('server', correct.url.href, ...few, '--out', path);
  const { code, out } = await run('report', path, '--verdict', 'fail');
  assert.deepEqual([code, /no cases · as expected\n$/.test(out)], [0, true]);
});
