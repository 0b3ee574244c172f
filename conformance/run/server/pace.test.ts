import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

const timeout = 5000;

function paceAfter(roundTrips: readonly number[], ceiling = 16): Pace {
  const pace = new Pace(ceiling, timeout);
  for (const roundTrip of roundTrips) pace.take(roundTrip);
  return pace;
}

test('concurrency starts low and grows to the maximum while round trips are short', () => {
  assert.equal(new Pace(16, timeout).width, 2);
  assert.equal(paceAfter([5, 5, 5]).width, 5);
  assert.equal(paceAfter(Array(100).fill(5)).width, 16);
  assert.equal(paceAfter(Array(100).fill(5), 3).width, 3);
  assert.equal(new Pace(1, timeout).width, 1);
});

test('concurrency shrinks when round trips are long, never below one, and recovers slowly', () => {
  const short = Array(100).fill(5);
  assert.equal(paceAfter([...short, 600]).width, 8);
  assert.equal(paceAfter([...short, 600, 600, 600, 600, 600, 600]).width, 1);
  assert.equal(paceAfter([...short, 600, ...short.slice(0, 8)]).width, 8);
  assert.equal(paceAfter([...short, 600, ...short.slice(0, 9)]).width, 9);
});

test('neither a medium round trip nor a case without one changes it', () => {
  const pace = paceAfter([5, 5, 300]);
  assert.equal(pace.width, 4);
  pace.take(undefined);
  assert.equal(pace.width, 4);
});
