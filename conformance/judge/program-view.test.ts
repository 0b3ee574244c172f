import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import {
  answered,
  answeredOrTooBig,
  closed,
  type Expectation,
  failed,
  observed,
  orRefused,
  refused,
  unopened,
} from '../format/expectation.ts';
import { alivePayload } from '../format/liveness.ts';
import { closesCleanly, type ExpectedScriptEvent } from '../format/program.ts';
import { caseRule } from '../format/rule.ts';
import { close, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { readConversation } from '../wire/conversation.ts';
import type { ScriptEvent } from '../wire/timeline.ts';
import { judge } from './judge.ts';
import { describeView, findInProgramView } from './program-view.ts';
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

test('nothing is wrong if the program cannot be asked', () => {
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

type Examples = readonly (readonly [expected: Expectation, seen: ScriptEvent[], words?: string])[];
const message = (data: string | undefined, length = data?.length ?? 0): ScriptEvent => ({
  ...{ type: 'message', binary: false, length },
  ...(data !== undefined && { data: Buffer.from(data) }),
});
const script = (...events: ExpectedScriptEvent[]) => closed(1000, { script: events });

const stated: Examples = [
  [script({ type: 'open', protocol: 'a' }), [{ ...open, protocol: 'a' }]],
  [script({ type: 'open', protocol: 'a' }), [open], 'the program sees open'],
  [script({ type: 'open' }), [{ ...open, protocol: 'b' }]],
  [script({ type: 'error' }), [error]],
  [script({ type: 'error' }), [open], 'the program sees error'],
  [script({ type: 'message', data: 'hi' }), [message('hi')]],
  [script({ type: 'message', data: 'hi' }), [message('ho')], 'the program sees message "hi"'],
  [script({ type: 'message', data: 'hi' }), [message(undefined, 2)]],
  [
    script({ type: 'message', data: 'hi' }),
    [message(undefined, 3)],
    'the program sees message "hi"',
  ],
  [script({ type: 'message', data: 'hi' }), [error], 'the program sees message "hi"'],
  [script({ type: 'close' }), [ended(1006, false)]],
  [script({ type: 'close', code: [1000, 1001] }), [ended(1001, true)]],
  [
    script({ type: 'close', code: [1000, 1001], reason: 'x', wasClean: false }),
    [ended(1001, true)],
    'the program sees close 1000 or 1001 "x" unclean',
  ],
  [script({ type: 'close' }), [open], 'the program sees close'],
  [
    script({ type: 'value', name: 'n', value: { a: 1 } }),
    [{ type: 'value', name: 'n', value: { a: 1 } }],
  ],
  [
    script({ type: 'value', name: 'n', value: 1 }),
    [{ type: 'value', name: 'm', value: 1 }],
    'the program sees n: 1',
  ],
  [script({ type: 'value', name: 'n', value: 1 }), [error], 'the program sees n: 1'],
  [script({ type: 'error', optional: true }, { type: 'close' }), [ended(1006, false)]],
  [script({ type: 'error', optional: true }), [open], 'the program sees perhaps error'],
];
for (const [expect, seen, words] of stated) {
  test(`${describeAll(expect)} and ${JSON.stringify(seen)}: ${words ?? 'as stated'}`, () => {
    assert.equal(seenBy({ ...ofTheWire, expect }, ...seen)?.expected, words);
  });
}
function describeAll({ script: events }: Expectation): string {
  return JSON.stringify(events);
}

const implied: Examples = [
  [answered([]), [open, message('echo'), ended(1000, true)]],
  [answered([]), [open, ended(1001, true)], 'the program sees open, close 1000 clean'],
  [answeredOrTooBig([]), [error]],
  [orRefused(answered([])), [error]],
  [refused(), [error, ended(1006, false)]],
  [refused(), [open], 'the program sees error, close 1006 unclean'],
  [observed(), [error]],
];
for (const [expect, seen, words] of implied) {
  test(`${expect.ending.kind}, and the program saw ${seen.map(({ type }) => type)}: ${words ?? 'fine'}`, () => {
    assert.equal(seenBy({ ...ofTheWire, expect }, ...seen)?.expected, words);
  });
}

test('the code of a Close follows from the body that the case sends', () => {
  const code = (...steps: Case['steps']) =>
    seenBy({ ...ofTheWire, steps }, error)?.expected?.replace('the program sees open, ', '');
  assert.equal(code(close(1003)), 'close 1003 clean');
  assert.equal(code(close()), 'close 1005 clean');
  assert.equal(code(text('no Close')), undefined);
});

test('what the program saw is in words, whatever it was', () => {
  const events: readonly ScriptEvent[] = [
    { ...open, protocol: 'a' },
    message('hi'),
    message(undefined, 2000),
    { type: 'value', name: 'n', value: [1] },
    { ...ended(1000, true), reason: 'bye' } as ScriptEvent,
  ];
  const entries = events.map((event, at) => ({ kind: 'script', at, event }) as const);
  const conversation = readConversation({ transport: 'tcp', entries });
  const inPage = madeCase({ page: 'constructor/any' });
  assert.equal(
    describeView(inPage, conversation),
    'the program saw open with a, message <68 69>, message of 2000 bytes, n: [1], close 1000 "bye" clean',
  );
  assert.equal(describeView(madeCase(), conversation), undefined);
  assert.equal(
    describeView(inPage, readConversation({ transport: 'tcp', entries: [] })),
    undefined,
  );
});

test('the question whether the client is alive is no event of the case', () => {
  assert.equal(seenBy({ ...ofTheWire, expect: script() }, message(alivePayload)), undefined);
});
