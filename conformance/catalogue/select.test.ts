import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import { madeCase } from '../testing/made-case.ts';
import { caseById, nearest, selectorOf } from './select.ts';

const made = (id: string, more: Partial<Case> = {}) => madeCase({ id, ...more });

const cases = [
  made('fragmentation/ping-inside'),
  made('fragmentation/text-inside', { autobahn: ['5.18'], level: 'should' }),
  made('utf8/split', { section: '8.1', autobahn: ['6.2.1', '6.2.2'] }),
  made('utf8/cut', { section: '5.4.1', tags: ['limits', 'CVE-2020-1'] }),
  made('deflate/window', { document: 'RFC 7692', section: '7.1', autobahn: ['5.1.8'] }),
  made('header/folded', { document: 'RFC 9112', section: '5.4' }),
];

const chosen = (...selectors: string[]) => {
  const isMeant = selectorOf(selectors, cases);
  return cases.map((testCase, index) => (isMeant(testCase) ? index : -1)).filter((i) => i >= 0);
};

const meanings: readonly [selector: string, indexes: readonly number[]][] = [
  ['fragmentation/ping-inside', [0]],
  ['*/*-inside', [0, 1]],
  ['utf8', [2, 3]],
  ['5.4', [0, 1, 3]],
  ['5', [0, 1, 3]],
  ['rfc7692:7', [4]],
  ['rfc7692', [4]],
  ['RFC6455:8', [2]],
  ['should', [1]],
  ['limits', [3]],
  ['cve-2020-1', [3]],
  ['CVE-2020-*', [3]],
  ['autobahn:5.*', [1, 4]],
  ['autobahn:5.1', [4]],
  ['autobahn:6', [2]],
];

for (const [selector, indexes] of meanings) {
  test(`${selector} means what it says`, () => assert.deepEqual(chosen(selector), indexes));
}

test('several selectors mean all of theirs', () => {
  assert.deepEqual(chosen('should', 'rfc7692'), [1, 4]);
});

test('a selector that means nothing is an error that names the nearest', () => {
  assert.throws(() => chosen('utf8/splt'), {
    name: 'UnknownSelectorError',
    message: 'no case matches "utf8/splt". Did you mean utf8/split?',
  });
  assert.throws(() => chosen('fragmentaton'), /Did you mean fragmentation\?/);
  assert.throws(() => chosen('something-else-altogether'), /See: framewright list/);
  assert.throws(() => chosen('99.9'), { name: 'UnknownSelectorError' });
  assert.throws(() => caseById('utf8/cutt', cases), /Did you mean utf8\/cut\?/);
});

test('a case is found by the part of its id after the topic too', () => {
  assert.deepEqual(nearest('split', ['utf8/split', 'utf8/cut']), ['utf8/split']);
});
