import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesIn } from './compare-verdicts.ts';

const run = (verdicts: Record<string, string>) => new Map(Object.entries(verdicts));

test('runs with the same verdicts have no differences', () => {
  const same = { 'a/one': 'pass kept', 'a/two': 'fail broken' };
  assert.deepEqual(differencesIn([run(same), run(same), run(same)]), []);
  assert.deepEqual(differencesIn([]), []);
});

test('a case that differs is listed with the count of each verdict', () => {
  const runs = [run({ 'a/one': 'pass' }), run({ 'a/one': 'fail' }), run({ 'a/one': 'pass' })];
  assert.deepEqual(differencesIn(runs), [
    {
      id: 'a/one',
      counts: [
        ['pass', 2],
        ['fail', 1],
      ],
    },
  ]);
});

test('a case missing from a run counts as a difference', () => {
  const runs = [run({ 'a/one': 'pass' }), run({})];
  assert.deepEqual(differencesIn(runs), [
    {
      id: 'a/one',
      counts: [
        ['pass', 1],
        ['not run', 1],
      ],
    },
  ]);
});
