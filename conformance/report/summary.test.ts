import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKnownFailing } from '../results/known-failing.ts';
import type { Run } from '../results/results.ts';
import { judgedRun, sampleRun } from '../testing/sample-run.ts';
import { summarize } from './summary.ts';

const withOptions = (run: Run, options: Partial<Run['options']>): Run => ({
  ...run,
  options: { ...run.options, ...options },
});

/** The deciding ids. */
function outcome(run: Run) {
  const { failures, knownFailures, unexpectedPasses, unmatched, exitCode } = summarize(run);
  const ids = (results: readonly { id: string }[]) => results.map(({ id }) => id);
  return [ids(failures), ids(knownFailures), ids(unexpectedPasses), unmatched.length, exitCode];
}

test('every result is counted once in each grouping', async () => {
  const { totals, byLevel, sections } = summarize(await sampleRun());
  assert.deepEqual(totals, { pass: 1, fail: 1, warn: 1, info: 1, skip: 1, error: 1, total: 6 });
  assert.deepEqual([byLevel.must.total, byLevel.should.total, byLevel.may.total], [4, 1, 1]);
  assert.deepEqual(
    sections.map(({ document, section, totals }) => `${document} §${section} ${totals.total}`),
    [
      'RFC 6455 §5.4 2',
      'RFC 6455 §7.1.7 1',
      'RFC 6455 §7.4 1',
      'RFC 7692 §7.2.1 1',
      'RFC 7692 §7.2.2 1',
    ],
  );
});

test('a broken MUST is unexpected; a broken SHOULD only on request', async () => {
  const run = await judgedRun();
  assert.deepEqual(outcome(run), [['sample/broken'], [], [], 0, 1]);
  assert.deepEqual(outcome(withOptions(run, { failOn: 'should' })), [
    ['sample/broken', 'sample/broken-should'],
    [],
    [],
    0,
    1,
  ]);
});

const listed = async (content: string) => {
  const run = await judgedRun();
  const ids = run.results.map(({ id }) => id);
  return withOptions(run, { knownFailing: parseKnownFailing(content, 'list.txt', ids) });
};

test('a known failure is expected, with a comment or a pattern', async () => {
  for (const line of ['sample/broken # see the tracker', '\n# all\n  sample/broken*\r\n']) {
    assert.deepEqual(outcome(await listed(line)), [[], ['sample/broken'], [], 0, 0]);
  }
});

test('a listed case that passes is unexpected', async () => {
  const expected = [[], ['sample/broken'], ['sample/kept'], 0, 1];
  assert.deepEqual(outcome(await listed('sample/broken\nsample/kept')), expected);
});

test('a listed case that is skipped or only warned about is neither', async () => {
  const content = 'sample/broken\nsample/skipped\nsample/broken-should';
  assert.deepEqual(outcome(await listed(content)), [[], ['sample/broken'], [], 0, 0]);
});

test('a line that matches nothing is reported with its number', async () => {
  const run = await listed('sample/broken\n\nsample/brokn');
  assert.deepEqual(summarize(run).unmatched, [{ line: 3, pattern: 'sample/brokn' }]);
  assert.equal(summarize(run).exitCode, 1);
});

test('patterns are literal except for the asterisk', async () => {
  const run = await listed('sample.broken\nsample/brok\nbroken\n*');
  assert.equal(summarize(run).unmatched.length, 3);
});

test('a case that could not be judged gives exit code 2, whatever the other verdicts', async () => {
  assert.equal(summarize(await sampleRun()).exitCode, 2);
  const end = { state: 'target lost', reason: 'it died' } as const;
  assert.equal(summarize(await judgedRun({ end })).exitCode, 2);
  assert.equal(summarize(await judgedRun({ end: { state: 'interrupted' } })).exitCode, 2);
});

const emptied = async (changes: Partial<Run>): Promise<Run> => ({
  ...(await judgedRun()),
  ...changes,
});

test('a run without a judged case is not as expected and reports why', async () => {
  const none = summarize(await emptied({ planned: 240, results: [] }));
  assert.equal(none.exitCode, 2);
  assert.equal(
    none.nothingJudged,
    'No case was judged: there are no results for the 240 selected cases. Run it again.',
  );
  const { results } = await sampleRun();
  const skipped = summarize(
    await emptied({ results: results.filter(({ verdict }) => verdict === 'skip') }),
  );
  assert.equal(skipped.exitCode, 2);
  assert.equal(
    skipped.nothingJudged,
    'No case was judged: the only case was skipped (the target does not negotiate permessage-deflate). Choose others with --only and --skip.',
  );
});

test('a report whose filter hides all results is not a run without results', async () => {
  const view = summarize(await emptied({ results: [], filtered: true }));
  assert.deepEqual([view.exitCode, view.nothingJudged], [0, undefined]);
});
