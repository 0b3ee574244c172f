import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { catalogue } from '../catalogue/catalogue.ts';
import { parseKnownFailing } from '../results/known-failing.ts';
import type { Run } from '../results/results.ts';
import { storeTimeline } from '../results/stored-timeline.ts';
import { malice, sampleRun, sampleTimeline } from '../testing/sample-run.ts';
import { type Timeline, TimelineRecorder } from '../wire/timeline.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { renderHtml } from './html.ts';
import type { Detail, Overview } from './html-shape.ts';
import { sectionTitle } from './section-titles.ts';
import { summarize } from './summary.ts';

/** The embedded data of the page, parsed as its script does. */
function read(html: string): { overview: Overview; details: (Detail | null)[][] } {
  const island = (id: string) => {
    const [, content] = new RegExp(`<script id="${id}" type="text/plain">([^<]*)</script>`).exec(
      html,
    )!;
    return content!;
  };
  const overview = JSON.parse(island('overview')) as Overview;
  const details = island('conversations')
    .split('\n')
    .map((line) => JSON.parse(gunzipSync(Buffer.from(line, 'base64')).toString()));
  return { overview, details };
}

async function maliciousRun(): Promise<Run> {
  const run = await sampleRun();
  return {
    ...run,
    target: { ...run.target, name: malice, version: malice, url: `ws://h/${malice}` },
  };
}

test('totals are those of the summary, and the cells add up to them', async () => {
  const runs = [await sampleRun(), await maliciousRun()];
  const { overview } = read(renderHtml(runs));
  for (const [index, run] of runs.entries()) {
    const { totals, byLevel } = overview.targets[index]!;
    const summary = summarize(run);
    assert.deepEqual(totals, summary.totals);
    assert.deepEqual(byLevel, summary.byLevel);
    const letters = overview.cases.map(({ cells }) => cells[index]).toSorted();
    assert.deepEqual(letters, ['e', 'f', 'i', 'p', 's', 'w']);
  }
});

test('a case that was not run against a target is a gap in its column', async () => {
  const run = await sampleRun();
  const { overview, details } = read(renderHtml([run, { ...run, results: run.results.slice(1) }]));
  assert.equal(overview.cases.find(({ id }) => id === 'sample/kept')!.cells, 'p-');
  assert.deepEqual(
    details[0]!.map((detail) => detail?.rule),
    ['kept', undefined],
  );
});

test('targets of the same name have different addresses', async () => {
  const run = await sampleRun();
  const other = { ...run, target: { ...run.target, version: '2.0' } };
  const { overview } = read(renderHtml([run, run, other, await maliciousRun()]));
  assert.deepEqual(overview.targets.map(({ key }) => key).slice(0, 3), [
    'sample',
    'sample-1.0',
    'sample-2.0',
  ]);
  assert.match(overview.targets[3]!.key, /^[a-z0-9.-]+$/);
});

test('a listed case has a capital letter, whether it fails or passes', async () => {
  const run = await sampleRun();
  const ids = run.results.map(({ id }) => id);
  const knownFailing = parseKnownFailing('sample/broken\nsample/kept', 'list.txt', ids);
  const { overview } = read(renderHtml([{ ...run, options: { ...run.options, knownFailing } }]));
  const cells = Object.fromEntries(overview.cases.map((each) => [each.id, each.cells]));
  assert.deepEqual([cells['sample/broken'], cells['sample/kept']], ['F', 'P']);
});

test('hostile text is neither markup nor invisible', async () => {
  const html = renderHtml([await maliciousRun()]);
  assert.equal(html.match(/<script/g)!.length, 3);
  assert.equal(html.match(/<\/script/g)!.length, 3);
  assert.doesNotMatch(html, /<!--|<script>alert/);
  const { overview, details } = read(html);
  const shown = JSON.stringify([overview, details], (_, value) =>
    // JSON escapes a backslash: the test looks for characters, not for escapes of them.
    typeof value === 'string' && /[^\P{C}]/u.test(value) ? assert.fail(value) : value,
  );
  assert.match(shown, /<script>alert\(1\)<\/script>\]\]>/);
});

test('the page runs only its own script and style and loads nothing', async () => {
  const html = renderHtml([await sampleRun()]);
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(html)!;
  const [, script] = /<script type="module">([\s\S]*?)<\/script>/.exec(html)!;
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!;
  assert.ok(policy!.startsWith("default-src 'none';"));
  assert.ok(policy!.includes(`script-src ${hash(script!)}`));
  assert.ok(policy!.includes(`style-src ${hash(style!)}`));
  assert.doesNotMatch(style!, /url\(|@import/);
  const loading = html.replace(script!, '').matchAll(/ (?:src|href)="([^"]*)"/g);
  for (const [, address] of loading) assert.match(address!, /^data:image\/svg\+xml;/);
});

test('the same results give the same page', async () => {
  const run = await sampleRun();
  assert.equal(renderHtml([run]), renderHtml([structuredClone(run)]));
});

test('a head is shown by line, a frame by field', async () => {
  const { details } = read(renderHtml([await sampleRun()]));
  const [head, , text] = details[0]![0]!.conversations[0]!.blocks!;
  assert.equal(head!.fields[0]!.meaning, 'GET / HTTP/1.1\\r\\n');
  assert.deepEqual(
    text!.fields.map(({ name }) => name),
    ['FIN', 'RSV', 'opcode', 'MASK', 'length', 'key', 'payload'],
  );
  assert.ok(text!.fields.at(-1)!.unmasked);
});

const withTimeline = async (timeline: Timeline, at?: { offset: number; length: number }) => {
  const run = await sampleRun();
  const broken = run.results.find(({ id }) => id === 'sample/broken')!;
  const mark = at && { at: { from: 'server' as const, ...at } };
  const conversations = [{ name: 'main', timeline: await storeTimeline(timeline) } as const];
  const result = { ...broken, ...mark, conversations };
  return read(renderHtml([{ ...run, results: [result] }])).details[0]![0]!.conversations[0]!;
};

test('a long conversation is shown at both ends and around the mark', async () => {
  const recorder = new TimelineRecorder('tcp');
  for (const entry of sampleTimeline().entries.slice(0, 2)) {
    if (entry.kind === 'bytes') recorder.bytes(entry.from, entry.bytes);
  }
  for (let count = 0; count < 1000; count += 1) {
    recorder.bytes('server', writeFrame({ opcode: opcodes.ping, payload: Buffer.of(1) }));
  }
  const { blocks } = await withTimeline(recorder.timeline(), { offset: 129 + 3 * 500, length: 1 });
  const gaps = blocks!.flatMap(({ kind, title }) => (kind === 'gap' ? [title] : []));
  assert.deepEqual(gaps, ['478 more frames and events', '475 more frames and events']);
  assert.ok(blocks!.some(({ offset }) => offset === 129 + 3 * 500));
});

test('an unreadable conversation is marked as such, and the rest is shown', async () => {
  const run = await sampleRun();
  const [first, ...others] = run.results;
  const client = { base64: 'AAAA' };
  const [main] = first!.conversations;
  const conversations = [{ ...main!, timeline: { ...main!.timeline, client } }];
  const results = [{ ...first!, conversations }, ...others];
  const { details } = read(renderHtml([{ ...run, results }]));
  const [damaged, sound] = details.map((row) => row[0]!.conversations[0]!);
  assert.match(damaged!.unreadable!, /segments of the client/);
  assert.equal(damaged!.blocks, undefined);
  assert.ok(sound!.blocks);
});

test('every section that a case cites has a title', () => {
  const without = catalogue('full').filter(
    ({ document, section }) =>
      document.startsWith('RFC') && sectionTitle(document, section) === undefined,
  );
  const names = without.map(({ document, section }) => `${document} §${section}`);
  assert.deepEqual([...new Set(names)], []);
});
