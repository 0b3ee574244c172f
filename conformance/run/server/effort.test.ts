import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../catalogue/catalogue.ts';
import { fill } from '../../format/payload.ts';
import { awaits, message, text } from '../../format/step.ts';
import { madeCase } from '../../testing/made-case.ts';
import { conversationsOf, isHeavy, startingOrder } from './effort.ts';

test('data sent without waiting makes a case heavy, data sent in turns does not', () => {
  const large = message('binary', fill('*', 100_000));
  assert.equal(isHeavy(madeCase({ steps: [large] })), false);
  assert.equal(isHeavy(madeCase({ steps: [large, large] })), true);
  assert.equal(isHeavy(madeCase({ steps: [large, awaits('message'), large] })), false);
  const turns = Array.from({ length: 2000 }, () => [text('a'), awaits('message')]).flat();
  assert.equal(isHeavy(madeCase({ steps: turns })), false);
});

test('many frames make a case heavy, however small and however written', () => {
  const many = Array.from({ length: 1000 }, () => text('a'));
  assert.equal(isHeavy(madeCase({ steps: many })), true);
  assert.equal(isHeavy(madeCase({ steps: [{ kind: 'segments', of: 'each', items: many }] })), true);
  const fragmented = message('text', fill('*', 64_000), { fragment: 64 });
  assert.equal(isHeavy(madeCase({ steps: [fragmented] })), true);
});

test('simultaneous conversations make a case heavy, successive ones make it long', () => {
  assert.equal(isHeavy(madeCase({ repeat: { times: 50, atOnce: 5 } })), true);
  const long = madeCase({ repeat: { times: 1000, atOnce: 1 }, before: [{ steps: [] }] });
  assert.equal(isHeavy(long), false);
  assert.equal(conversationsOf(long), 2000);
});

test('volume cases of the catalogue are heavy, most others are not', () => {
  const cases = catalogue().filter(({ against }) => against.includes('server'));
  const heavy = new Set(cases.filter(isHeavy).map(({ id }) => id));
  for (const id of [
    'volume/text-of-16-mib',
    'volume/binary-of-256-kib',
    'segments/five-thousand-texts-in-one',
    'fragmentation/2000-fragments-of-1',
    'handshake-repeated/two-hundred-at-once',
  ]) {
    assert.ok(heavy.has(id), id);
  }
  assert.ok(heavy.size < cases.length / 10, `${heavy.size} of ${cases.length}`);
});

test('short cases come first, then the longest; neighbours in the catalogue are separated', () => {
  const cases = catalogue().filter((testCase) => !isHeavy(testCase));
  const order = startingOrder(cases);
  assert.deepEqual(new Set(order), new Set(cases));
  assert.equal(order.length, cases.length);
  const lengths = order.map(conversationsOf);
  assert.equal(Math.max(...lengths.slice(0, 24)), 1);
  assert.deepEqual(
    lengths.slice(24),
    lengths.slice(24).toSorted((a, b) => b - a),
  );
  const neighbours = order.filter((testCase, index) => {
    const next = order[index + 1];
    return next !== undefined && cases.indexOf(next) === cases.indexOf(testCase) + 1;
  });
  assert.ok(neighbours.length < cases.length / 100, `${neighbours.length} of ${cases.length}`);
});

test('the order of a few cases, or of none, contains each of them once', () => {
  const few = catalogue().slice(0, 3);
  assert.deepEqual(new Set(startingOrder(few)), new Set(few));
  assert.deepEqual(startingOrder([]), []);
});
