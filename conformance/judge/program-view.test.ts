import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import { closed, failed, unopened } from '../format/expectation.ts';
import { closesCleanly } from '../format/program.ts';
import { caseRule } from '../format/rule.ts';
import { close, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { readConversation } from '../wire/conversation.ts';
import type { ScriptEvent } from '../wire/timeline.ts';
import { judge } from './judge.ts';
import { findInProgramView } from './program-view.ts';
import { wrongEvents } from './rules.ts';

const ofTheWire = madeCase({
  steps: [close(1000), text('late')],
  expect: closed([1000, 'none']),
});

const seenBy = (testCase: Case, ...events: ScriptEvent[]) => {
  const entries = events.map((event, at) => ({ kind: 'script', at, event }) as const);
  return findInProgramView(testCase, readConversation({ transport: 'tcp', entries }));
};

const open: ScriptEvent = { type: 'open', protocol: '', extensions: '' };
const error: ScriptEvent = { type: 'error' };
const ended = (code: number, wasClean: boolean): ScriptEvent => {
  return { type: 'close', code, reason: '', wasClean };
};

test('how a conversation has to end says what a program has to see', () => {
  assert.equal(seenBy(ofTheWire, open, ended(1000, true)), undefined);
  const wrong = seenBy(ofTheWire, open, error, ended(1006, false));
  assert.equal(wrong?.expected, 'the program sees open, close 1000 clean');
  assert.equal(wrong.observed, 'open, error, close 1006 unclean');
  assert.equal(wrong.rule, wrongEvents);
  const provoking: Case = { ...ofTheWire, steps: [text('bad')], expect: failed(1002) };
  assert.equal(seenBy(provoking, open, error, ended(1006, false)), undefined);
  assert.equal(seenBy(provoking, open, ended(1006, false))?.observed, 'open, close 1006 unclean');
});

test('a case that its program decides says what the program saw', () => {
  const inPage: Case = {
    ...ofTheWire,
    page: 'constructor/any',
    expect: unopened([{ type: 'error' }, { type: 'close', code: [1006], wasClean: false }]),
  };
  const entries = [error, ended(1006, false)].map(
    (event, at) => ({ kind: 'script', at, event }) as const,
  );
  const observed = (testCase: Case) =>
    judge(testCase, { transport: 'tcp', entries }, { role: 'client', echo: true }).observed;
  assert.equal(observed(inPage), 'the program saw error, close 1006 unclean');
  assert.equal(observed({ ...ofTheWire, level: 'may' }), 'no handshake was begun');
});

test('nothing is wrong where nobody could ask the program', () => {
  assert.equal(seenBy(ofTheWire), undefined);
});

test('a case that says what its program has to see stands on its own section', () => {
  const told: Case = {
    ...ofTheWire,
    expect: closed(1000, { script: closesCleanly(1000) }),
  };
  assert.equal(seenBy(told, open, ended(1000, true)), undefined);
  const wrong = seenBy(told, open, ended(1000, false));
  assert.equal(wrong?.observed, 'open, close 1000 unclean');
  assert.deepEqual(wrong.rule, caseRule(told, 'wrong-events'));
});

test('a program that was given up before its end has seen nothing wrong yet', () => {
  const given: ScriptEvent = {
    type: 'value',
    name: 'unfinished',
    value: 'after 9 ms without an event',
  };
  assert.equal(seenBy(ofTheWire, open, given)?.isUnfinished, true);
  assert.equal(seenBy(ofTheWire, open, ended(1000, false))?.isUnfinished, undefined);
});
