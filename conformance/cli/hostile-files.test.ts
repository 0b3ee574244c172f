/** Any file content costs at most a sentence, exit code 2, and bounded memory. */
import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { resultsOf } from '../results/results.ts';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';

let cli: BuiltCli;
let folder: string;

before(async () => {
  cli = await buildCli();
  folder = await mkdtemp(join(tmpdir(), 'framewright-hostile-'));
});

after(() => rm(folder, { recursive: true }));

/** Prints its peak memory in KiB as the last line. */
const measured = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync, writeSync } from 'node:fs';
  process.on('exit', () => {
    const [, peak] = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'));
    writeSync(2, 'peak ' + peak);
  });
`)}`;
const mostMemory = 300 * 1024;

async function run(...args: readonly string[]) {
  const isLinux = process.platform === 'linux';
  const env = isLinux ? { NODE_OPTIONS: `--import=${measured}` } : {};
  const { code, out, err } = await cli.start(args, env).ended;
  const [, words, peak = '0'] = /^([\s\S]*?)(?:peak (\d+))?$/.exec(err)!;
  return { code, out, err: words!, peak: Number(peak) };
}

// biome-ignore lint/suspicious/noExplicitAny: the tests write what the types forbid
type Mutable = any;

async function results(edit: (results: Mutable) => void): Promise<string> {
  const made = structuredClone(resultsOf([await sampleRun()]));
  edit(made);
  return JSON.stringify(made);
}

/** The run and the failed case of the sample. */
const withBroken = (edit: (result: Mutable, run: Mutable) => void) =>
  results(({ runs: [one] }) => edit(one.results[1], one));

const withConversation = (edit: (timeline: Mutable) => void) =>
  withBroken(({ conversations }) => edit(conversations[0].timeline));

/** A server that accepted permessage-deflate and then sent this frame. */
function conversation(frame: Buffer, sizes?: readonly number[]) {
  const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
  const extension = 'Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n';
  const stream = Buffer.concat([Buffer.from(head + extension), frame]);
  const request = Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${extension}`);
  return {
    transport: 'tcp',
    client: { base64: request.toString('base64') },
    server: { gzip: gzipSync(stream).toString('base64') },
    entries: [
      { kind: 'bytes', from: 'client', at: 0, sizes: [request.length] },
      { kind: 'bytes', from: 'server', at: 0, sizes: sizes ?? [stream.length] },
    ],
  };
}

/** 1.5 GB of zeros: gzip members can be concatenated, so one is made and repeated. */
function bomb(): string {
  const member = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
  return Buffer.concat(Array<Buffer>(24).fill(member)).toString('base64');
}

const contents: Readonly<Record<string, readonly [() => Promise<string> | string, RegExp]>> = {
  'a property of every object as document': [
    () => withBroken((result) => Object.assign(result, { document: 'constructor' })),
    /is damaged at \/runs\/0\/results\/1\/document: is not the name of a specification/,
  ],
  'a property of every object as section': [
    () => withBroken((result) => Object.assign(result, { section: '__proto__' })),
    /is damaged at \/runs\/0\/results\/1\/section: /,
  ],
  'an invalid address': [
    () => withBroken((_, { target }) => Object.assign(target, { url: 'no url', command: ['x'] })),
    /is damaged at \/runs\/0\/target\/url: is not a URL/,
  ],
  'an invalid date': [
    () => withBroken((_, one) => Object.assign(one, { startedAt: '2026-99-99T99:99:99Z' })),
    /is damaged at \/runs\/0\/startedAt: is not a date/,
  ],
  'nested lists': [() => '['.repeat(10 * 1024 * 1024), /more than 100 levels deep/],
  'objects 200,000 levels deep': [
    async () =>
      (await withBroken((result) => Object.assign(result, { x: 'HERE' }))).replace(
        '"HERE"',
        () => `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
      ),
    /more than 100 levels deep/,
  ],
  'a stream that is longer than its segments': [
    () => withConversation((timeline) => Object.assign(timeline, { server: { gzip: bomb() } })),
    /sample\/broken: a stored conversation is damaged: .*, its stream is longer/,
  ],
  'a stream of 1.5 GB': [
    () =>
      withConversation((timeline) => {
        timeline.server = { gzip: bomb() };
        timeline.entries = [{ kind: 'bytes', from: 'server', at: 0, sizes: [1_610_612_736] }];
        timeline.client = { base64: '' };
      }),
    /sample\/broken: a stored conversation is damaged: it is larger than 128 MiB/,
  ],
  'endless segments': [
    () =>
      withConversation((timeline) => {
        timeline.entries = Array(64).fill({
          ...{ kind: 'bytes', from: 'client', at: 0 },
          sizes: Array(64).fill([16_777_216, 0]),
        });
      }),
    /a stored conversation is damaged: the segments of the client are 0 bytes/,
  ],
  'a string as number': [
    async () => (await results(() => {})).replace('"duration":1234.5', '"duration":1e999'),
    /is damaged at \/runs\/0\/duration: must be number/,
  ],
  'a number that is not a date': [
    async () => (await results(() => {})).replace('"duration":1234.5', '"duration":1e308'),
    /is damaged at \/runs\/0\/duration: must be <= /,
  ],
  'a negative offset': [
    () => withBroken((result) => Object.assign(result.at, { offset: -1 })),
    /is damaged at \/runs\/0\/results\/1\/at\/offset: must be >= 0/,
  ],
  'an unknown verdict': [
    () => withBroken((result) => Object.assign(result, { verdict: 'toString' })),
    /\/verdict: must be equal to one of the allowed values: pass, fail/,
  ],
  'an unknown level': [
    () => withBroken((result) => Object.assign(result, { level: '__proto__' })),
    /\/level: must be equal to one of the allowed values: must, should/,
  ],
  'a reason that is an object': [
    () =>
      withConversation((timeline) => {
        const event = { type: 'close', code: 1000, reason: {}, wasClean: true };
        timeline.entries.push({ kind: 'script', at: 1, event });
      }),
    /\/event\/reason: must be string/,
  ],
  'a list of known failures without end': [
    () =>
      withBroken((_, { options }) => {
        const patterns = Array(20_000).fill('*z*z*z*z*z*z*');
        options.knownFailing = { file: 'list.txt', patterns, unmatched: [] };
      }),
    /\/knownFailing\/patterns: must NOT have more than 10000 items/,
  ],
  'binary data': [() => '\u0000\u0001PK', /it is not text/],
  'an annotation and a terminal title': [() => '\u001b]0;x\u0007::error::y', /is not JSON: /],
};

for (const [what, [content, sentence]] of Object.entries(contents)) {
  test(`${what}: one sentence, exit code 2, and little memory`, async () => {
    const file = join(folder, `${what.replaceAll(/\W/g, '-')}.json`);
    await writeFile(file, await content());
    const { code, out, err, peak } = await run('report', file);
    await rm(file);
    assert.match(err, sentence);
    assert.match(err, /^framewright: .*\n$/);
    assert.deepEqual([code, out], [2, '']);
    assert.ok(peak < mostMemory, `${peak} KiB`);
  });
}

test('decompression bombs in many results are shown up to the limit', async () => {
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  const block = gzipSync(zeros, { level: 9 }).subarray(10, -8);
  // BFINAL ends a zlib stream, and the next one begins (RFC 7692 §7.2.3.4).
  const payload = Buffer.concat(Array<Buffer>(24).fill(block));
  const frame = writeFrame({ opcode: opcodes.text, rsv1: true, payload });
  const file = join(folder, 'inflating.json');
  const many = await withBroken((result, run) => {
    result.conversations[0].timeline = conversation(frame);
    run.results = Array.from({ length: 30 }, (_, index) => ({ ...result, id: `sample/${index}` }));
    run.planned = run.results.length;
  });
  await writeFile(file, many);
  const { code, err, out, peak } = await run('report', file, '--verbose');
  assert.deepEqual([code, err], [1, '']);
  assert.equal(out.match(/inflates to more than can be shown/g)?.length, 30);
  assert.ok(peak < mostMemory, `${peak} KiB`);
});

test('files that are not text are refused with one sentence', async () => {
  const sparse = join(folder, 'sparse.json');
  const handle = await open(sparse, 'w');
  await handle.truncate(1024 * 1024 * 1024);
  await handle.close();
  const odd = join(folder, 'x\u001b[2J\n::error::y.json');
  for (const [file, sentence] of [
    [sparse, /cannot read .*: it is larger than \d+ MiB/],
    [folder, /cannot read .*: it is a folder/],
    ['/dev/zero', /cannot read \/dev\/zero: it is not text/],
    [odd, /cannot read .*x\\x1b\[2J\\n::error::y\.json: ENOENT/],
  ] as const) {
    const server = ['server', 'ws://127.0.0.1:1/', '--known-failing', file];
    for (const args of [['report', file], server]) {
      const { code, err, peak } = await run(...args);
      assert.equal(code, 2);
      const words =
        args[0] === 'report' ? sentence : new RegExp(`list: .*${sentence.source.split(': ')[1]}`);
      assert.match(err, words);
      assert.match(err, /^framewright: .*\n$/);
      assert.ok(peak < mostMemory, `${peak} KiB`);
    }
  }
});

test('lists of known failures that no run could compare cost a sentence', async () => {
  const list = join(folder, 'list.txt');
  for (const [content, sentence] of [
    ['*a'.repeat(400_000), /known-failing list: line 1 is too long: a line is the id of one case/],
    ['*z*z*z*z*z*z*\n'.repeat(50_000), /known-failing list: it has more than 10000 lines/],
  ] as const) {
    await writeFile(list, content);
    const { code, err } = await run('server', 'ws://127.0.0.1:1/', '--known-failing', list);
    assert.equal(code, 2);
    assert.match(err, sentence);
  }
});

test('arguments that mean nothing, or not one thing, cost a sentence', async () => {
  const server = (...more: readonly string[]) => ['server', 'ws://127.0.0.1:1/', ...more];
  for (const [args, sentence] of [
    [server('--concurrency', '1e9'), /'1e9' is invalid[.] It has to be a whole number from 1 to/],
    [server('--timeout=-1'), /'-1' is invalid[.] It must be a whole number of milliseconds/],
    [server('--timeout', '0x10'), /'0x10' is invalid[.]/],
    [server('--start-timeout', ' 5'), /' 5' is invalid[.]/],
    [['client', '--port', ''], /'' is invalid[.] It must be a number from 0 to 65535/],
    [['replay', 'ping/empty', 'ws://127.0.0.1:1/', '--bytes', '1e3'], /'1e3' is invalid[.]/],
    [['list', '--only', ''], /'' is invalid[.] It has to name a case/],
    [server('--skip', ' , '), /' , ' is invalid[.] It has to name a case/],
    [['list', '--only', 'x'.repeat(100_000)], /no case matches "x{100}…"/],
    [['client', '--port', '0', '--host', ''], /option '--host <address>' has an empty value/],
    [server('--out', 'a.json', '--out', 'b.json'), /'--out <file>' can be given once only/],
    [server('--reporter', 'constructor'), /no reporter is called "constructor"/],
    [server('--out', `${folder}/none/`), /cannot write \S+: it is a folder, and has to be a file/],
    [['server', ' '], /the address is empty/],
  ] as const) {
    const { code, out, err } = await cli.run(...args);
    assert.deepEqual([code, out], [2, ''], err);
    assert.match(err, sentence);
    assert.doesNotMatch(err, /^ +at /m);
  }
});

test('arguments are quoted in an inert form', async () => {
  const odd = '\u001b]0;x\u0007\n::error::y ##[group]';
  for (const args of [
    ['report', 'x.json', `--${odd}`],
    [odd],
    ['server', odd],
    ['server', 'ws://127.0.0.1:1/', '--only', odd],
    ['server', 'ws://127.0.0.1:1/', '--timeout', odd],
    ['server', 'ws://127.0.0.1:1/', '--reporter', odd],
    ['server', 'ws://127.0.0.1:1/', '--out', `/dev/null/${odd}`],
    ['replay', odd, 'ws://127.0.0.1:1/'],
    ['list', '--only', odd],
    ['browsers', odd],
  ]) {
    const { code, out, err } = await run(...args);
    assert.equal(code, 2, err);
    assert.doesNotMatch(out + err, /(?!\n)[\p{C}]|^\s*::|##\[/mu);
    assert.ok(err.length > 20);
  }
});
