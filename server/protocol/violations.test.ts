import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeSent } from './close-codes.ts';
import { failures, refusals } from './violations.ts';

test('every rule has a unique name, a sentence and a section', () => {
  const all = [...Object.entries(refusals), ...Object.entries(failures)];
  assert.equal(new Set(all.map(([rule]) => rule)).size, all.length);
  for (const [rule, violation] of all) {
    assert.equal(violation.rule, rule);
    assert.match(rule, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(violation.section, /^RFC \d{4} §\d+(\.\d+)*$/);
    assert.match(violation.sentence, /^\S.*[^.]$/);
  }
});

test('every refusal has an HTTP error status, every failure a close code that may be sent', () => {
  for (const { status } of Object.values(refusals)) assert.ok(status >= 400 && status < 600);
  for (const { rule, closeCode } of Object.values(failures)) {
    // The application gets 1006; the Close frame was sent before.
    assert.equal(mayBeSent(closeCode), rule !== 'close-timeout');
    assert.ok(rule.length <= 123);
  }
});
