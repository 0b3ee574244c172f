import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { catalogue } from '../catalogue/catalogue.ts';
import {
  baselineName,
  differences,
  findBaseline,
  knownFailingIn,
  parseBaseline,
} from './baselines.ts';
import { renderBaseline } from './render-baseline.ts';

const ids = ['utf8/a', 'utf8/b', 'close/c'];
const content = `# Some 1.0
utf8/* warn wrong-code # closes with 1002
    Close 1002, then the end of TCP
close/c fail left-open # bug 7
    Close 1000, then still open
`;
/** The observation for a broken rule, unless a test gives another one. */
const usual: Readonly<Record<string, string>> = {
  'wrong-code': 'Close 1002, then RST',
  'left-open': 'Close 1000, then still open',
};
const seen = (
  id: string,
  verdict: 'pass' | 'warn' | 'fail' | 'error',
  rule: string,
  observed = usual[rule] ?? 'something else',
) => ({ id, verdict, rule, observed });

test('results that match the baseline are not differences', () => {
  const { lines, knownFailing } = parseBaseline(content, 'some-1.0.txt', ids);
  const results = [
    seen('utf8/a', 'warn', 'wrong-code'),
    seen('utf8/b', 'warn', 'wrong-code'),
    seen('close/c', 'fail', 'left-open'),
  ];
  assert.deepEqual(differences(lines, results), []);
  assert.deepEqual([knownFailing.patterns, knownFailing.unmatched], [['utf8/*', 'close/c'], []]);
});

test('results that are better, worse or different are listed as a diff', () => {
  const { lines } = parseBaseline(content, 'some-1.0.txt', ids);
  const results = [
    seen('utf8/a', 'pass', 'wrong-code'),
    seen('utf8/b', 'fail', 'other'),
    seen('new/d', 'fail', 'gone'),
  ];
  assert.deepEqual(differences(lines, results), [
    '- utf8/a warn wrong-code: Close 1002, then the end of TCP',
    '- utf8/b warn wrong-code: Close 1002, then the end of TCP',
    '+ utf8/b fail other: something else',
    '+ new/d fail gone: something else',
  ]);
});

test('another observation of the same rule is a difference and not a known failure', () => {
  const baseline = parseBaseline(content, 'some-1.0.txt', ids);
  const late = seen('utf8/a', 'warn', 'wrong-code', 'timeout: a Close frame did not come');
  const results = [late, seen('utf8/b', 'warn', 'wrong-code')];
  assert.deepEqual(differences(baseline.lines, results), [
    '- utf8/a warn wrong-code: Close 1002, then the end of TCP',
    '+ utf8/a warn wrong-code: timeout: a Close frame did not come',
  ]);
  assert.deepEqual(knownFailingIn(baseline, results).patterns, ['utf8/b', 'close/c']);
});

test('any listed form of an observation is expected, and a form may be a pattern', () => {
  const forms = 'utf8/a warn wrong-code # either\n  Close 1002*\n  open, close * unclean\n';
  const { lines } = parseBaseline(forms, 'some-1.0.txt', ids);
  for (const observed of ['Close 1002, then FIN', 'open, close 1006 unclean']) {
    assert.deepEqual(differences(lines, [seen('utf8/a', 'warn', 'wrong-code', observed)]), []);
  }
  const other = seen('utf8/a', 'warn', 'wrong-code', 'open, close 1000 clean');
  assert.equal(differences(lines, [other]).length, 2);
});

test('a case that could not be judged is not a difference', () => {
  const { lines } = parseBaseline(content, 'some-1.0.txt', ids);
  assert.deepEqual(differences(lines, [seen('close/c', 'error', 'left-open')]), []);
});

test('a race may have either verdict and no other, and is kept when rewritten', () => {
  const races = `utf8/a pass|warn wrong-code # a reset may win
    Close 1002*
close/c fail left-open # bug 7
    *
`;
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
  const told = { document: 'RFC 6455', section: '5' };
  const again = renderBaseline(
    'Some',
    good.map((each) => ({ ...each, ...told })) as never,
    baseline.lines,
  );
  assert.match(
    again,
    /# Races: either is seen\.\nutf8\/a pass\|warn wrong-code # a reset may win\n {4}Close 1002\*\n/,
  );
});

test('a race takes precedence over a pattern that matches its case, and may be a pattern', () => {
  const races = `utf8/* warn wrong-code # closes with 1002
    Close 1002*
utf8/a* pass|warn wrong-code # a reset may win
    Close 1002*
`;
  const baseline = parseBaseline(races, 'some-1.0.txt', ids);
  const good = [seen('utf8/a', 'pass', 'wrong-code'), seen('utf8/b', 'warn', 'wrong-code')];
  assert.deepEqual(differences(baseline.lines, good), []);
  assert.deepEqual(knownFailingIn(baseline, good).patterns, ['utf8/b']);
  const bad = [seen('utf8/a', 'warn', 'wrong-code'), seen('utf8/b', 'pass', 'wrong-code')];
  assert.deepEqual(differences(baseline.lines, bad), ['- utf8/b warn wrong-code: Close 1002*']);
  assert.deepEqual(knownFailingIn(baseline, bad).patterns, ['utf8/*', 'utf8/a*']);
});

test('a line without verdict, rule or reason is an error, and one without a case is reported', () => {
  assert.throws(() => parseBaseline('utf8/a warn\n', 'x.txt', ids), /x\.txt line 1 is not: id/);
  assert.throws(() => parseBaseline('utf8/a warn rule\n', 'x.txt', ids), /x\.txt line 1 is not/);
  assert.throws(
    () => parseBaseline('utf8/a warn rule # why\n', 'x.txt', ids),
    /x\.txt line 1 has no observation: add one below it, indented/,
  );
  assert.throws(
    () => parseBaseline('\n  Close\n', 'x.txt', ids),
    /x\.txt line 2 does not follow the line of a case/,
  );
  const { knownFailing } = parseBaseline('gone/x fail rule # why\n  *\n', 'x.txt', ids);
  assert.deepEqual(knownFailing.unmatched, [{ line: 1, pattern: 'gone/x' }]);
});

test('a written baseline can be read, keeps its reasons, and lists failures separately', () => {
  const { lines } = parseBaseline(content, 'some-1.0.txt', ids);
  const result = (id: string, verdict: 'warn' | 'fail', rule: string) =>
    ({ ...seen(id, verdict, rule), document: 'RFC 6455', section: '5' }) as never;
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
    ['close/c: bug 7', 'utf8/a: closes with 1002', 'utf8/b: something else (RFC 6455 §5)'],
  );
  assert.match(
    written,
    /MUST is broken\.\nclose[^#]*# bug 7\n {4}Close 1000, [^#]*# Legal[^\n]*\nutf8/,
  );
});

test('names contain the part of the version that distinguishes releases', () => {
  assert.equal(baselineName('Chromium', '156.0.8078.79'), 'chromium-156.txt');
  assert.equal(baselineName('WebKitGTK', '2.50.6'), 'webkitgtk-2.50.txt');
});

test('a baseline belongs to an engine, not to a product or a driver', () => {
  const all = catalogue('full').map(({ id }) => id);
  for (const product of ['Chrome', 'chrome-headless-shell', 'MicrosoftEdge', 'msedge']) {
    assert.equal(findBaseline(product, '156.0.1.2', all)?.name, 'chromium-156.txt', product);
  }
  assert.equal(findBaseline('MiniBrowser', '2.50.6', all)?.name, 'webkitgtk-2.50.txt');
  // Safari is not WebKitGTK, and Opera's version is not Chromium's.
  for (const product of ['Safari', 'opera', 'constructor']) {
    assert.equal(findBaseline(product, '156.0', all), undefined, product);
  }
});

test('every baseline can be read, and each of its lines matches a case', () => {
  const all = catalogue('full').map(({ id }) => id);
  const files = readdirSync(new URL('.//', import.meta.url)).filter((name) =>
    name.endsWith('.txt'),
  );
  for (const file of files) {
    const [, product = '', version = ''] = /^(.+)-([\d.]+)\.txt$/.exec(file) ?? [];
    const baseline = findBaseline(product, version, all);
    assert.equal(baseline?.name, file);
    assert.deepEqual(baseline.knownFailing.unmatched, [], file);
    // A pattern of only * would accept anything.
    const vague = baseline.lines.filter(({ observed }) =>
      observed.some((form) => /^\**$/.test(form)),
    );
    assert.deepEqual(vague, [], file);
  }
});

test('alternative lines of a case are all kept when rewritten', () => {
  const either = `close/c fail left-open # bug 7
    Close 1000, then still open
close/c fail no-end # bug 7, on a slow day
    no end
`;
  const { lines } = parseBaseline(either, 'some-1.0.txt', ids);
  const result = {
    ...seen('close/c', 'fail', 'no-end', 'no end'),
    document: 'RFC 6455',
    section: '5',
  };
  assert.deepEqual(differences(lines, [result]), []);
  const written = renderBaseline('Some', [result as never], lines);
  const again = parseBaseline(written, 'some-1.1.txt', ids).lines;
  assert.deepEqual(again.map(({ rule }) => rule).sort(), ['left-open', 'no-end']);
});
