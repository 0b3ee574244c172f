import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import {
  baselineName,
  differences,
  findBaseline,
  knownFailingIn,
  parseBaseline,
  renderBaseline,
} from './baselines.ts';
import { catalogue } from './catalogue.ts';

const ids = ['utf8/a', 'utf8/b', 'close/c'];
const content =
  '# Some 1.0\nutf8/* warn wrong-code # closes with 1002\nclose/c fail left-open # bug 7\n';
const seen = (id: string, verdict: 'pass' | 'warn' | 'fail', rule: string) => ({
  id,
  verdict,
  rule,
});

test('results as the baseline says are no difference', () => {
  const { lines, knownFailing } = parseBaseline(content, 'some-1.0.txt', ids);
  const results = [
    seen('utf8/a', 'warn', 'wrong-code'),
    seen('utf8/b', 'warn', 'wrong-code'),
    seen('close/c', 'fail', 'left-open'),
  ];
  assert.deepEqual(differences(lines, results), []);
  assert.deepEqual([knownFailing.patterns, knownFailing.unmatched], [['utf8/*', 'close/c'], []]);
});

test('what is better, worse or broken in another way shows as a diff', () => {
  const { lines } = parseBaseline(content, 'some-1.0.txt', ids);
  const results = [
    seen('utf8/a', 'pass', 'wrong-code'),
    seen('utf8/b', 'fail', 'other'),
    seen('new/d', 'fail', 'gone'),
  ];
  assert.deepEqual(differences(lines, results), [
    '- utf8/a warn wrong-code',
    '- utf8/b warn wrong-code',
    '+ utf8/b fail other',
    '+ new/d fail gone',
  ]);
});

test('a race may end either way, in no other, and stays in what is written', () => {
  const races = 'utf8/a pass|warn wrong-code # a reset may win\nclose/c fail left-open # bug 7\n';
  const baseline = parseBaseline(races, 'some-1.0.txt', ids);
  const good = [seen('utf8/a', 'pass', 'wrong-code'), seen('close/c', 'fail', 'left-open')];
  const bad = [seen('utf8/a', 'warn', 'wrong-code')];
  assert.deepEqual(differences(baseline.lines, good), []);
  assert.deepEqual(differences(baseline.lines, bad), []);
  for (const other of [seen('utf8/a', 'fail', 'wrong-code'), seen('utf8/a', 'warn', 'left-open')]) {
    assert.equal(differences(baseline.lines, [other]).length, 2);
  }
  assert.deepEqual(knownFailingIn(baseline, good).patterns, ['close/c']);
  assert.deepEqual(knownFailingIn(baseline, bad).patterns, ['utf8/a', 'close/c']);
  const told = { observed: 'seen', document: 'RFC 6455', section: '5' };
  const again = renderBaseline(
    'Some',
    good.map((each) => ({ ...each, ...told })) as never,
    baseline.lines,
  );
  assert.match(
    again,
    /# Races: either is seen\.\nutf8\/a pass\|warn wrong-code # a reset may win\n/,
  );
});

test('a race keeps its say beside a pattern that has its case, and may be a pattern', () => {
  const races =
    'utf8/* warn wrong-code # closes with 1002\nutf8/a* pass|warn wrong-code # a reset may win\n';
  const baseline = parseBaseline(races, 'some-1.0.txt', ids);
  const good = [seen('utf8/a', 'pass', 'wrong-code'), seen('utf8/b', 'warn', 'wrong-code')];
  assert.deepEqual(differences(baseline.lines, good), []);
  assert.deepEqual(knownFailingIn(baseline, good).patterns, ['utf8/b']);
  const bad = [seen('utf8/a', 'warn', 'wrong-code'), seen('utf8/b', 'pass', 'wrong-code')];
  assert.deepEqual(differences(baseline.lines, bad), ['- utf8/b warn wrong-code']);
  assert.deepEqual(knownFailingIn(baseline, bad).patterns, ['utf8/*', 'utf8/a*']);
});

test('a line without verdict, rule or reason is an error, and one for no case is reported', () => {
  assert.throws(() => parseBaseline('utf8/a warn\n', 'x.txt', ids), /x\.txt line 1 is not: id/);
  assert.throws(() => parseBaseline('utf8/a warn rule\n', 'x.txt', ids), /x\.txt line 1 is not/);
  const { knownFailing } = parseBaseline('gone/x fail rule # why\n', 'x.txt', ids);
  assert.deepEqual(knownFailing.unmatched, [{ line: 1, pattern: 'gone/x' }]);
});

test('what is written can be read, keeps its reasons, and has what is wrong apart', () => {
  const { lines } = parseBaseline(content, 'some-1.0.txt', ids);
  const result = (id: string, verdict: 'warn' | 'fail', rule: string) =>
    ({ ...seen(id, verdict, rule), observed: 'seen', document: 'RFC 6455', section: '5' }) as never;
  const written = renderBaseline(
    'Some 1.1',
    [
      result('utf8/a', 'warn', 'wrong-code'),
      result('utf8/b', 'warn', 'other'),
      result('close/c', 'fail', 'left-open'),
    ],
    lines,
  );
  assert.deepEqual(
    parseBaseline(written, 'some-1.1.txt', ids).lines.map(({ id, reason }) => `${id}: ${reason}`),
    ['close/c: bug 7', 'utf8/a: closes with 1002', 'utf8/b: seen (RFC 6455 §5)'],
  );
  assert.match(written, /MUST is broken\.\nclose[^#]*# bug 7\n\n# Legal[^\n]*\nutf8/);
});

test('names hold as much of the version as tells releases apart', () => {
  assert.equal(baselineName('Chromium', '156.0.8078.79'), 'chromium-156.txt');
  assert.equal(baselineName('WebKitGTK', '2.50.6'), 'webkitgtk-2.50.txt');
});

test('every baseline can be read, and each of its lines means a case', () => {
  const all = catalogue('full').map(({ id }) => id);
  for (const file of readdirSync(new URL('baselines/', import.meta.url))) {
    const [, product = '', version = ''] = /^(.+)-([\d.]+)\.txt$/.exec(file) ?? [];
    const baseline = findBaseline(product, version, all);
    assert.equal(baseline?.name, file);
    assert.deepEqual(baseline.knownFailing.unmatched, [], file);
  }
});
