import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../catalogue.ts';
import { groupOf } from './groups.ts';

const groups = (volume: 'default' | 'full') =>
  new Map(
    catalogue(volume)
      .filter(({ against }) => against.includes('client'))
      .map((testCase) => [testCase.id, groupOf(testCase)]),
  );

test('what sends megabytes is played apart, in one message or in many', () => {
  const asUsual = groups('default');
  const inFull = groups('full');
  const group = (id: string) => [asUsual.get(id), inFull.get(id)];
  assert.deepEqual(group('volume/binary-of-16-mib'), ['large', 'large']);
  assert.deepEqual(group('deflate/bitmap-of-131072-bytes'), ['light', 'large']);
  assert.deepEqual(group('deflate/bitmap-of-64-bytes'), ['light', 'light']);
  assert.deepEqual(group('client-closing/never-answered'), ['timers', 'timers']);
});
