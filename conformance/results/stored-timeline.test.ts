import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { redactorFor } from '../redaction/redactor.ts';
import { sampleTimeline } from '../testing/sample-run.ts';
import { bytesFrom, type Timeline, type TimelineEntry } from '../wire/timeline.ts';
import { loadTimeline, type StoredTimeline, storeTimeline } from './stored-timeline.ts';

const roundTrip = async (timeline: Timeline) =>
  loadTimeline(JSON.parse(JSON.stringify(await storeTimeline(timeline))) as StoredTimeline);

const comparable = ({ transport, entries }: Timeline) => ({
  transport,
  entries: entries.map((entry) =>
    entry.kind === 'bytes' ? { ...entry, bytes: Buffer.from(entry.bytes).toString('hex') } : entry,
  ),
});

test('a stored timeline is loaded unchanged', async () => {
  const timeline = sampleTimeline();
  assert.deepEqual(comparable(await roundTrip(timeline)), comparable(timeline));
});

test('timeouts, resets and script events are stored as well', async () => {
  const entries: TimelineEntry[] = [
    { kind: 'script', at: 1, event: { type: 'open', protocol: '', extensions: '' } },
    {
      kind: 'script',
      at: 2,
      event: { type: 'message', binary: true, length: 2, data: Buffer.from([0, 255]) },
    },
    { kind: 'timeout', at: 3, waitingFor: 'a Close frame' },
    { kind: 'rst', at: 4, from: 'server' },
  ];
  assert.deepEqual((await roundTrip({ transport: 'tls', entries })).entries, entries);
});

/** One byte per segment, `gap` ms apart. */
function octets(count: number, gap: number): Timeline {
  const entries = Array.from({ length: count }, (_, offset) => ({
    kind: 'bytes' as const,
    from: 'client' as const,
    at: offset * gap,
    offset,
    bytes: Uint8Array.of(offset & 0xff),
  }));
  return { transport: 'tcp', entries };
}

test('a run of small segments takes one entry and keeps its sizes and times', async () => {
  const stored = await storeTimeline(octets(65_536, 0.5));
  assert.deepEqual(stored.entries, [
    { kind: 'bytes', from: 'client', at: 0, until: 32_767.5, sizes: [[65_536, 1]] },
  ]);
  assert.ok(JSON.stringify(stored).length < 2000);
  const loaded = loadTimeline(stored);
  assert.deepEqual(comparable(loaded), comparable(octets(65_536, 0.5)));
});

test('segments far apart keep separate times', async () => {
  assert.equal((await storeTimeline(octets(5, 100))).entries.length, 5);
});

test('streams are stored as gzip if that is smaller, otherwise unchanged', async () => {
  const [large, small] = [Buffer.alloc(100_000, 'abc'), Buffer.from('abc')];
  assert.ok('gzip' in (await storeTimeline(sampleTimeline(large))).client);
  assert.ok('base64' in (await storeTimeline(sampleTimeline(small))).server);
});

test('a stream that is too long is truncated, with the number of missing bytes', async () => {
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index) >> 7));
  const timeline = sampleTimeline(noise);
  const stored = await storeTimeline(timeline, { limit: 32_768 });
  const { client, server } = stored.leftOut!;
  assert.ok(client > 190_000 && server > 190_000 && JSON.stringify(stored).length < 16_000);
  const loaded = loadTimeline(stored);
  assert.equal(bytesFrom(loaded, 'client').length + client, bytesFrom(timeline, 'client').length);
  assert.deepEqual(loaded.entries.at(-1), timeline.entries.at(-1));
  assert.equal((await storeTimeline(timeline)).leftOut, undefined);
});

test('the value of a secret header is redacted without changing lengths', async () => {
  const { entries } = sampleTimeline();
  const request = Buffer.from('GET / HTTP/1.1\r\nToken: abc\r\nHost: abc\r\n\r\n');
  // One byte at a time, as some cases write their heads.
  const bytewise = Array.from(request, (octet, offset) => ({
    ...({ kind: 'bytes', from: 'client', at: 0, offset } as const),
    bytes: Uint8Array.of(octet),
  }));
  const timeline = { transport: 'tcp', entries: [...bytewise, ...entries.slice(1, 2)] } as const;
  const stored = await storeTimeline(timeline, {
    redactor: redactorFor(undefined, [
      ['Token', 'abc'],
      ['Other', 'x'],
    ]),
  });
  const read = bytesFrom(loadTimeline(stored), 'client').toString();
  assert.equal(read, 'GET / HTTP/1.1\r\nToken: ***\r\nHost: abc\r\n\r\n');
  assert.equal(bytesFrom(timeline, 'client').toString(), request.toString());
});

const damages: readonly [string, Partial<StoredTimeline>, RegExp][] = [
  [
    'segments that do not add up to their stream',
    { server: { base64: 'AAAA' } },
    /segments of the server are \d+ bytes, its stream is 3/,
  ],
  ['invalid gzip', { client: { gzip: 'AAAA' } }, /incorrect header check/],
  [
    'too many bytes',
    { entries: [{ kind: 'bytes', from: 'client', at: 0, sizes: [[1e12, 1]] }] },
    /it is larger than 128 MiB/,
  ],
  [
    'too many segments',
    {
      client: { gzip: gzipSync(Buffer.alloc(1e6)).toString('base64') },
      server: { base64: '' },
      entries: [{ kind: 'bytes', from: 'client', at: 0, sizes: [[1e6, 1]] }],
    },
    /more than 524288 segments/,
  ],
  [
    'a stream that is longer than its segments',
    {
      client: { gzip: gzipSync(Buffer.alloc(1e6)).toString('base64') },
      entries: [{ kind: 'bytes', from: 'client', at: 0, sizes: [10] }],
    },
    /segments of the client are 10 bytes, its stream is longer/,
  ],
];

for (const [what, damage, message] of damages) {
  test(`a stored conversation with ${what} is damaged`, async () => {
    const stored = await storeTimeline(sampleTimeline());
    assert.throws(() => loadTimeline({ ...stored, ...damage }), {
      name: 'DamagedTimelineError',
      message,
    });
  });
}

test('empty and omitted segments take no memory', async () => {
  const stored = await storeTimeline(sampleTimeline());
  const client = bytesFrom(loadTimeline(stored), 'client').length;
  const more = [
    { kind: 'bytes', from: 'client', at: 0, sizes: [[1e12, 0]] },
    { kind: 'bytes', from: 'client', at: 0, sizes: [[1e9, 1000]] },
  ] as const;
  const cut = {
    ...stored,
    entries: [...stored.entries, ...more],
    leftOut: { client: 1e12, server: 0 },
  };
  assert.equal(bytesFrom(loadTimeline(cut), 'client').length, client);
});

test('a conversation that would exceed the limits of reading is truncated', async () => {
  const bytes = Buffer.alloc(64 * 1024 * 1024);
  const entries = [0, 1, 2].map((index) => {
    return {
      kind: 'bytes',
      from: 'client',
      at: index,
      offset: index * bytes.length,
      bytes,
    } as const;
  });
  const stored = await storeTimeline({ transport: 'tcp', entries });
  assert.ok(stored.leftOut!.client > 128 * 1024 * 1024);
  assert.equal(bytesFrom(loadTimeline(stored), 'client').length, 4096);
});
