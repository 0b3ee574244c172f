import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../catalogue.ts';
import { requirements } from './all.ts';
import { coverageOf, emptyClaims } from './coverage.ts';
import type { Requirement } from './requirement.ts';

const ids = catalogue().map(({ id }) => id);

test('ids of requirements are unique within their document', () => {
  const names = requirements.map(({ document, id }) => `${document} ${id}`);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

test('every requirement is checked by cases that exist, or says why it is not', () => {
  const hollow = requirements.flatMap((requirement) =>
    emptyClaims(requirement, ids).map((pattern) => `${requirement.id}: ${pattern}`),
  );
  assert.deepEqual(hollow, []);
  for (const requirement of requirements) {
    if ('unchecked' in requirement) assert.ok(requirement.unchecked.length > 20, requirement.id);
  }
});

test('coverage groups by section and names what is unchecked', () => {
  const one = { document: 'RFC 6455', section: '5.1', level: 'must', words: 'w' } as const;
  const listed: readonly Requirement[] = [
    { ...one, id: 'a/a', cases: ['x/*'] },
    { ...one, id: 'a/b', unchecked: 'because' },
    { ...one, id: 'a/c', section: '5.2', cases: ['y/y'] },
  ];
  const covered = coverageOf(listed, ['x/1', 'x/2', 'z/z']);
  assert.deepEqual(
    covered.map(({ section, requirements: all }) => [section, all.map(({ cases }) => cases)]),
    [
      ['5.1', [['x/1', 'x/2'], []]],
      ['5.2', [[]]],
    ],
  );
  assert.deepEqual(emptyClaims(listed[2]!, ['x/1']), ['y/y']);
});
