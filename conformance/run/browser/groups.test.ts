import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../catalogue/catalogue.ts';
import { groupOf, sortForEngine } from './groups.ts';

const groups = (volume: 'default' | 'full') =>
  new Map(
    catalogue(volume)
      .filter(({ against }) => against.includes('client'))
      .map((testCase) => [testCase.id, groupOf(testCase)]),
  );

test('a case that sends megabytes runs alone, whether in one message or in many', () => {
  const asUsual = groups('default');
  const inFull = groups('full');
  const group = (id: string) => [asUsual.get(id), inFull.get(id)];
  assert.deepEqual(group('volume/binary-of-16-mib'), ['alone', 'alone']);
  assert.deepEqual(group('deflate/bitmap-of-131072-bytes'), ['light', 'alone']);
  assert.deepEqual(group('deflate/bitmap-of-64-bytes'), ['light', 'heavy']);
  assert.deepEqual(group('browser-send/buffered-amount-of-what-is-given-up'), ['alone', 'alone']);
  assert.deepEqual(group('client-closing/never-answered'), ['timers', 'timers']);
});

test('a case with many times the work of others is heavy', () => {
  const group = (id: string) => groups('default').get(id);
  assert.equal(group('browser-leaving/reloaded-frame'), 'heavy');
  assert.equal(group('browser-leaving/terminated-worker'), 'heavy');
  assert.equal(group('browser-leaving/history'), 'alone');
  assert.equal(group('browser-url/blocked-ports'), 'heavy');
  assert.equal(group('client-send/text-of-1-mib'), 'heavy');
  assert.equal(group('client-masks/of-300-messages'), 'heavy');
  assert.equal(group('client-send/text-of-65536'), 'light');
});

test('cases that may wait come early, and never three failing ones in a row', () => {
  const order = sortForEngine(catalogue().filter(({ against }) => against.includes('client')));
  const place = (id: string) => order.findIndex((testCase) => testCase.id === id);
  assert.ok(place('response/fin-inside-the-head') < place('client-subprotocol/none'));
  assert.ok(place('response-grammar/http-1-0') < place('client-subprotocol/none'));
  assert.ok(place('browser-leaving/reloaded-frame') < place('browser-url/schemes'));
  assert.ok(place('browser-url/schemes') < place('client-send/empty'));
  const opens = order.map(
    ({ expect: { ending }, page }) => page ?? ['normal', 'closed'].includes(ending.kind),
  );
  assert.ok(opens.slice(0, -2).every((_, at) => opens.slice(at, at + 3).some(Boolean)));
});
