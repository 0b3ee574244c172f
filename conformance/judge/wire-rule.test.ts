import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeCase } from '../testing/made-case.ts';
import { ruleNamedBy, type WireRule } from './wire-rule.ts';

const check: WireRule = {
  rule: 'x-rule',
  document: 'RFC 9110',
  section: '9',
  expected: 'an x',
  find: () => undefined,
};
const testCase = madeCase({ level: 'should', section: '5.1', requirement: 'y' });

test('a rule of every conversation has its own section, and is a MUST unless it says otherwise', () => {
  assert.deepEqual(ruleNamedBy(check, testCase, false), {
    ...{ name: 'x-rule', level: 'must', document: 'RFC 9110', section: '9', requirement: 'an x' },
  });
  assert.equal(ruleNamedBy({ ...check, requirement: 'x' }, testCase, false).requirement, 'x');
  assert.equal(ruleNamedBy({ ...check, level: 'may' }, testCase, false).level, 'may');
});

test('a rule that a case states has the level of the case, and its requirement unless it has one', () => {
  assert.deepEqual(ruleNamedBy(check, testCase, true), {
    ...{ name: 'x-rule', level: 'should', document: 'RFC 6455', section: '5.1', requirement: 'y' },
  });
  const own = ruleNamedBy({ ...check, requirement: 'x' }, testCase, true);
  assert.deepEqual([own.section, own.requirement, own.level], ['9', 'x', 'should']);
});
