import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../catalogue.ts';
import { groupOf, inOrder } from './groups.ts';

const groups = (volume: 'default' | 'full') =>
  new Map(
    catalogue(volume)
      .filter(({ against }) => against.includes('client'))
      .map((testCase) => [testCase.id, groupOf(testCase)]),
  );

test('what sends megabytes is played alone, in one message or in many', () => {
  const asUsual = groups('default');
  const inFull = groups('full');
  const group = (id: string) => [asUsual.get(id), inFull.get(id)];
  assert.deepEqual(group('volume/binary-of-16-mib'), ['alone', 'alone']);
  assert.deepEqual(group('deflate/bitmap-of-131072-bytes'), ['light', 'alone']);
  assert.deepEqual(group('deflate/bitmap-of-64-bytes'), ['light', 'light']);
  assert.deepEqual(group('browser-send/buffered-amount-of-what-is-given-up'), ['alone', 'alone']);
  assert.deepEqual(group('client-closing/never-answered'), ['timers', 'timers']);
});

test('what makes the browser load something is no light case', () => {
  const group = (id: string) => groups('default').get(id);
  assert.equal(group('browser-leaving/reloaded-frame'), 'loading');
  assert.equal(group('browser-leaving/terminated-worker'), 'loading');
  assert.equal(group('browser-leaving/history'), 'alone');
  assert.equal(group('browser-url/blocked-ports'), 'light');
});

test('what a browser may leave waiting comes before what it answers at once', () => {
  const order = inOrder(catalogue()).map(({ id }) => id);
  const place = (id: string) => order.indexOf(id);
  assert.ok(place('client-closing/never-answered') < place('response/fin-inside-the-head'));
  assert.ok(place('response/fin-inside-the-head') < place('client-subprotocol/none'));
  assert.ok(place('response-grammar/http-1-0') < place('client-subprotocol/none'));
  assert.ok(place('client-subprotocol/none') < place('client-send/empty'));
});
