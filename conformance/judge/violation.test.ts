import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caseRule } from '../format/rule.ts';
import { madeCase } from '../testing/made-case.ts';
import { causeKey, causeOf, type Violation } from './violation.ts';

const violation: Violation = {
  rule: caseRule(madeCase(), 'x-rule'),
  where: 'frames',
  observed: 'an x of 7 bytes',
};

test('a cause is the rule, where it was broken and what was seen, not what was expected', () => {
  assert.deepEqual(causeOf({ ...violation, expected: 'no x' }), {
    ...{ rule: 'x-rule', level: 'must', document: 'RFC 6455', section: '5.4' },
    ...{ requirement: 'something', where: 'frames', seen: 'an x of 7 bytes' },
  });
});

test('results that differ only in values of their case have one cause', () => {
  const keys = ['an x of 7 bytes', 'an x of 9 bytes'].map((observed) =>
    causeKey(causeOf({ ...violation, observed, seen: 'an x' })),
  );
  assert.equal(keys[0], keys[1]);
  assert.notEqual(causeKey(causeOf(violation)), keys[0]);
  assert.notEqual(causeKey(causeOf({ ...violation, where: 'ending', seen: 'an x' })), keys[0]);
});
