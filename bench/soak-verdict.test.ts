import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Status } from './soak-server.ts';
import { judgeSoak, renderSoak, type SoakFigures } from './soak-verdict.ts';

const MiB = 1024 * 1024;

function status(changes: Partial<Status> & { rss?: number; heapUsed?: number } = {}): Status {
  const { rss = 80, heapUsed = 8, ...rest } = changes;
  const memory = { rss: rss * MiB, heapUsed: heapUsed * MiB, heapTotal: 0 };
  return {
    port: 1,
    memory: { ...memory, external: 2 * MiB, arrayBuffers: 0 },
    openConnections: 0,
    handles: [],
    ...rest,
  };
}

const clean: SoakFigures = {
  counts: {
    ...{ opened: 9000, echoed: 150_000, closedProperly: 900, vanished: 300, offended: 300 },
    ...{ failures: [], failed: 0 },
  },
  fresh: status({ rss: 50, heapUsed: 5 }),
  warm: status(),
  peak: status({ rss: 200, heapUsed: 60, openConnections: 5000 }),
  end: status({ rss: 85, heapUsed: 9 }),
  closed: status(),
  exitMillis: 3,
};

test('a soak that left nothing behind passes', () => {
  assert.deepEqual(judgeSoak(clean), []);
  assert.match(renderSoak(clean), /^resident +50\.0 +80\.0 +200\.0 +85\.0$/m);
});

const failed = { ...clean.counts, failed: 7, failures: ['a reply that is not the echo'] };
const faults: [string, Partial<SoakFigures>, RegExp][] = [
  ['a leak on the heap', { end: status({ heapUsed: 13 }) }, /hold 5\.0 MiB more/],
  ['resident memory that stays', { end: status({ rss: 121 }) }, /41\.0 MiB above its start/],
  ['a connection never released', { end: status({ openConnections: 1 }) }, /^1 connections are/],
  ['a handle', { closed: status({ handles: ['1 Timeout'] }) }, /left open: 1 Timeout/],
  ['a process that lingers', { exitMillis: undefined }, /did not end on its own/],
  [
    'a wrong reply',
    { counts: failed },
    /^7 conversations went wrong: a reply that is not the echo$/,
  ],
  ['a soak without load', { counts: { ...clean.counts, echoed: 0 } }, /nothing was echoed/],
];

for (const [name, changes, expected] of faults) {
  test(`${name} fails the soak`, () => {
    const wrong = judgeSoak({ ...clean, ...changes });
    assert.equal(wrong.length, 1);
    assert.match(wrong[0]!, expected);
  });
}
