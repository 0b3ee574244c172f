import assert from 'node:assert/strict';
import { test } from 'node:test';
import { follow, transitions } from './states.ts';

test('every transition leads to a state of the table', () => {
  for (const [state, rows] of Object.entries(transitions)) {
    for (const [event, next] of Object.entries(rows)) {
      assert.equal(follow(state as 'open', event as 'streamEnded'), next);
      assert.ok(next in transitions);
    }
  }
});

test('a connection can always end, and never opens again', () => {
  const all = Object.entries(transitions) as [string, Record<string, string>][];
  for (const [state, rows] of all) {
    if (state !== 'closed') assert.ok(Object.values(rows).includes('closed'), state);
    if (state !== 'connecting') assert.ok(!Object.values(rows).includes('open'), state);
  }
});

test('a transition that is not in the table throws', () => {
  assert.throws(
    () => follow('closed', 'streamEnded'),
    /No transition "streamEnded" from state "closed"/,
  );
});
