import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../judge/violation.ts';
import type { RecordedResult } from '../results/results.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { causesOf } from './causes.ts';
import { renderConsole } from './console.ts';

const cause: Cause = {
  rule: 'no-close-frame',
  level: 'must',
  document: 'RFC 6455',
  section: '5.5.1',
  requirement: 'a Close frame is answered with a Close frame',
  where: 'ending',
  seen: 'FIN without Close',
};

async function runOf(parts: readonly Partial<RecordedResult>[]) {
  const run = await sampleRun();
  const [kept] = run.results;
  const results = parts.map((part, index) => ({ ...kept!, id: `sample/${index}`, ...part }));
  return { ...run, planned: results.length, results };
}

test('results with the same cause form one group, regardless of level and section', async () => {
  const run = await runOf([
    { verdict: 'warn', rule: 'other', cause: { ...cause, rule: 'other', level: 'should' } },
    { verdict: 'fail', rule: cause.rule, cause, section: '5.5.2' },
    { verdict: 'fail', rule: cause.rule, cause, level: 'should', section: '8.1' },
    { verdict: 'fail', rule: cause.rule, cause: { ...cause, seen: 'RST without Close' } },
    { verdict: 'info', rule: 'left-open', cause: { ...cause, level: 'may' } },
    { verdict: 'pass' },
  ]);
  assert.deepEqual(
    causesOf(run).map(({ cause: { rule, seen }, results }) => [rule, seen, results.length]),
    [
      ['no-close-frame', 'FIN without Close', 2],
      ['no-close-frame', 'RST without Close', 1],
      ['other', 'FIN without Close', 1],
    ],
  );
});

test('the console report ends with the causes and their numbers of cases', async () => {
  const broken = { verdict: 'fail', rule: cause.rule, cause } as const;
  const text = renderConsole([await runOf([broken, broken, broken, { verdict: 'pass' }])]);
  assert.match(
    text,
    /Causes, by number of cases\n {2}✘ 3 {2}no-close-frame {2}MUST · RFC 6455 §5\.5\.1\n {7}ending: FIN without Close\n {7}sample\/0 and 2 more\n/,
  );
  assert.ok(text.indexOf('Causes') > text.lastIndexOf('✘ FAIL'));
});

test('a run without failures has no causes', async () => {
  assert.doesNotMatch(renderConsole([await runOf([{ verdict: 'pass' }])]), /Causes/);
});

test('results of an earlier version are grouped as far as possible', async () => {
  const old = { verdict: 'fail', rule: 'x', observed: 'y', reference: 'RFC 7692 §7.1' } as const;
  const [group] = causesOf(await runOf([old, old]));
  assert.equal(group?.results.length, 2);
  assert.deepEqual([group.cause.document, group.cause.section], ['RFC 7692', '7.1']);
});

test('the description of a broken rule is about that rule only', async () => {
  const text = renderConsole([
    await runOf([
      { verdict: 'fail', rule: cause.rule, cause, reference: 'RFC 6455 §5.5.1', section: '8.1' },
    ]),
  ]);
  assert.match(text, /✘ FAIL {2}sample\/0 {2}MUST · RFC 6455 §5\.5\.1\n/);
  assert.match(text, /requirement +a Close frame is answered with a Close frame\n/);
});
