import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesPattern } from './id-pattern.ts';

test('a pattern fits a whole text, each * standing for any characters', () => {
  for (const [pattern, text, fits] of [
    ['utf8/empty', 'utf8/empty', true],
    ['utf8/empty', 'utf8/empty-2', false],
    ['utf8/*', 'utf8/empty', true],
    ['utf8/*', 'utf8/', true],
    ['*', 'anything', true],
    ['*/empty', 'utf8/empty', true],
    ['*/empty', 'utf8/empty-2', false],
    ['u*8/*y', 'utf8/empty', true],
    ['u*8*8/*y', 'utf8/empty', false],
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['**', '', true],
    ['a.c*', 'abc', false],
    ['(*)', '(x)', true],
  ] as const) {
    assert.equal(matchesPattern(pattern, text), fits, `${pattern} ${text}`);
  }
});

test('a pattern with many * is answered at once', () => {
  assert.equal(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(5000)), false);
});
