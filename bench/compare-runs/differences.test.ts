import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RecordedResult, type Run, resultsOf } from '../../conformance/results/results.ts';
import { formatResults } from '../../conformance/results/results-file.ts';
import { storeTimeline } from '../../conformance/results/stored-timeline.ts';
import { sampleRun, sampleTimeline } from '../../conformance/testing/sample-run.ts';
import { TimelineRecorder } from '../../conformance/wire/timeline.ts';
import { differences } from './differences.ts';
import { readRuns } from './read-run.ts';

const changed = (run: Run, changes: Partial<RecordedResult>): Run => {
  const [first, ...others] = run.results;
  return { ...run, results: [{ ...first!, ...changes }, ...others] };
};

const main = async (timeline = sampleTimeline()) =>
  [{ name: 'main', timeline: await storeTimeline(timeline) }] as const;

/** The sample's conversation with one octet of a side replaced. */
function withOctet(from: 'client' | 'server', offset: number, octet: number) {
  const recorder = new TimelineRecorder('tcp');
  for (const entry of sampleTimeline().entries) {
    if (entry.kind === 'bytes') {
      const bytes = Uint8Array.from(entry.bytes);
      const at = offset - entry.offset;
      if (entry.from === from && at >= 0 && at < bytes.length) bytes[at] = octet;
      recorder.bytes(entry.from, bytes);
    } else if (entry.kind === 'fin') recorder.end('fin', entry.from);
  }
  return recorder.timeline();
}

test('runs that differ in times, titles and requirements are equal', async () => {
  const run = await sampleRun();
  const words = { title: 'another title', requirement: 'in other words', duration: 99 };
  const other = { ...changed(run, { ...words, conversations: await main() }), duration: 1 };
  assert.deepEqual(differences(run, other), []);
});

test('a difference in verdict, rule, level, section or what was observed is listed', async () => {
  const run = await sampleRun();
  for (const [field, changes] of Object.entries({
    verdict: { verdict: 'fail' },
    rule: { rule: 'other' },
    level: { level: 'should' },
    section: { section: '9.9' },
    observed: { observed: 'something else' },
  } as const)) {
    const found = differences(run, changed(run, changes));
    assert.deepEqual(
      found.map(({ id, field: name }) => [id, name]),
      [['sample/kept', field]],
    );
  }
});

test('measured times and memory are no difference, other numbers are', async () => {
  const run = await sampleRun();
  const seen = (observed: string) => changed(run, { observed });
  const words = (ms: number, MiB: number) => `nothing for ${ms} ms, ${MiB} MiB more memory`;
  assert.deepEqual(differences(seen(words(12.5, 3)), seen(words(7, 90))), []);
  assert.equal(differences(seen('Close 1000'), seen('Close 1001')).length, 1);
});

test('bytes of each side are compared by frame, and masks if the seed is the same', async () => {
  const run = await sampleRun();
  const fieldsWith = async (from: 'client' | 'server', offset: number, seed = '2a') => {
    const other = changed(run, { conversations: await main(withOctet(from, offset, 0x41)) });
    const found = differences(run, { ...other, options: { ...other.options, seed } });
    return found.map(({ field }) => field);
  };
  const { entries } = sampleTimeline();
  const offsetOf = (nth: number) => {
    const entry = entries[nth];
    return entry?.kind === 'bytes' ? entry.offset : 0;
  };
  const [clientFrame, serverFrame] = [offsetOf(2), offsetOf(3)];
  assert.deepEqual(await fieldsWith('server', serverFrame + 3), ['received bytes']);
  assert.deepEqual(await fieldsWith('client', clientFrame + 9), ['sent bytes']);
  const inKey = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n').length + 50;
  assert.deepEqual(await fieldsWith('client', inKey), ['keys or masks']);
  assert.deepEqual(await fieldsWith('client', inKey, 'other'), []);
});

test('renamed cases and rules are compared under their new names, others are missing', async () => {
  const run = await sampleRun();
  const other = changed(run, { id: 'sample/new', rule: 'new' });
  assert.deepEqual(
    differences(run, other, { 'sample/kept': 'sample/new', kept: 'new' }).filter(
      ({ id }) => id === 'sample/new',
    ),
    [],
  );
  const fields = differences(run, other).map(({ id, field, before, after }) => [
    ...[id, field],
    ...[before, after],
  ]);
  assert.deepEqual(fields, [
    ['sample/kept', 'case', 'pass', 'missing'],
    ['sample/new', 'case', 'missing', 'pass'],
  ]);
});

test('a file of version 1 is compared by its one conversation', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'framewright-compare-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = await sampleRun();
  const results = run.results.map(({ conversations: [only], ...result }) => ({
    ...result,
    ...(only && { timeline: only.timeline }),
  }));
  const path = join(folder, 'version-1.json');
  const version1 = { ...resultsOf([run]), version: 1, runs: [{ ...run, results }] };
  writeFileSync(path, formatResults(version1 as never));
  assert.deepEqual(differences(readRuns(path).runs[0]!, run), []);
});
