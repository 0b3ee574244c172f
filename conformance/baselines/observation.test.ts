import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observationOf } from './observation.ts';

test('the varying parts of an observation are replaced', () => {
  for (const [observed, stable] of [
    ['Close 1002, then RST', 'Close 1002, then the end of TCP'],
    ['FIN without Close', 'the end of TCP without Close'],
    ['Origin: http://127.0.0.1:40043', 'Origin: http://127.0.0.*:*'],
    ['Host: [::1]:9001, localhost:34453', 'Host: [::1]:*, localhost:*'],
    ['unfinished: "after 15000 ms without an event"', 'unfinished: "after * ms without an event"'],
    ['the key dGhlIHNhbXBsZSBub25jZQ== again', 'the key * again'],
    ['text "a\nb"', 'text "a b"'],
  ] as const) {
    assert.equal(observationOf(observed), stable);
  }
});

test('the parts that a browser decides are kept', () => {
  for (const observed of [
    'open, error, close 1006 unclean',
    'Close 1005, then a Pong, then still open',
    'result: [true,"12:30",0]',
  ]) {
    assert.equal(observationOf(observed), observed);
  }
});
