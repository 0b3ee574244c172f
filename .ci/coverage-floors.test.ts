import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { coverageOf, describe, type FileBranches, floors } from './coverage-floors.ts';

const file = (name: string, ...taken: readonly number[]): FileBranches => ({
  file: name,
  branches: taken.map((times, index) => ({ line: index + 1, taken: times })),
});
const files = [file('a/one.ts', 1, 0, 3), file('a/deep/two.ts', 2), file('ab/three.ts', 0)];

test('the coverage of a folder counts its own files and those of folders in it', () => {
  const { taken, total } = coverageOf({ folder: 'a', percent: 75 }, files);
  assert.deepEqual([taken, total], [3, 4]);
});

test('a folder with exactly the share of its floor is not below it', () => {
  assert.equal(coverageOf({ folder: 'a', percent: 75 }, files).isBelow, false);
  assert.equal(coverageOf({ folder: 'a', percent: 76 }, files).isBelow, true);
});

test('a floor of 100 percent names each branch that was not taken', () => {
  assert.deepEqual(coverageOf({ folder: 'a', percent: 100 }, files).missing, ['a/one.ts:2']);
  assert.deepEqual(coverageOf({ folder: 'a', percent: 99 }, files).missing, []);
});

test('a folder in which no branch was found is below its floor', () => {
  assert.equal(coverageOf({ folder: 'gone', percent: 0 }, files).isBelow, true);
});

test('a share is rounded down: 100 percent means all branches', () => {
  const almost = [file('a/one.ts', 0, ...Array<number>(9999).fill(1))];
  assert.equal(
    describe(coverageOf({ folder: 'a', percent: 100 }, almost)),
    'a  99.9 % of 10000 branches, at least 100 %: too few',
  );
  assert.equal(
    describe(coverageOf({ folder: 'a', percent: 75 }, files)),
    'a  75 % of 4 branches, at least 75 %',
  );
});

test('each folder that has a floor exists', () => {
  for (const { folder } of floors) assert.ok(existsSync(folder), folder);
});
