import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMessageMatch, matchesMessage } from './message-match.ts';

test('data is matched by text, octets, pattern, or a part of its JSON', () => {
  assert.equal(matchesMessage('a', 'a'), true);
  assert.equal(matchesMessage('', ''), true);
  assert.equal(matchesMessage('a', 'ab'), false);
  assert.equal(matchesMessage(Buffer.of(1), Buffer.of(1)), true);
  assert.equal(matchesMessage(Buffer.from('a'), 'a'), true);
  assert.equal(matchesMessage(/b/g, 'abc'), true);
  assert.equal(matchesMessage(/b/, Buffer.from('b')), false);
  const data = JSON.stringify({ a: 1, b: { c: [1, 2], d: null } });
  assert.equal(matchesMessage({ b: { c: [1, 2] } }, data), true);
  assert.equal(matchesMessage({ b: { c: [1] } }, data), false);
  assert.equal(matchesMessage({ b: { d: null } }, data), true);
  assert.equal(matchesMessage({ toString: {} }, data), false);
  assert.equal(matchesMessage([1, 2], '[1,2]'), true);
  assert.equal(matchesMessage({}, 'no JSON'), false);
});

test('what is wanted has words', () => {
  assert.equal(describeMessageMatch('a\n'), '"a\\n"');
  assert.equal(describeMessageMatch(Buffer.of(1)), '1 bytes "\\x01"');
  assert.equal(describeMessageMatch(/x/i), '/x/i');
  assert.equal(describeMessageMatch({ a: 1 }), 'JSON with {"a":1}');
});
