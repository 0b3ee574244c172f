import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, echoOf, failed } from '../format/expectation.ts';
import { close, ping, text } from '../format/step.ts';
import type { TargetBehaviour } from '../format/target-behaviour.ts';
import { behaviourWith } from '../testing/behaviours.ts';
import { madeCase } from '../testing/made-case.ts';
import { alive, client, fin, record, type Said, server, timeout } from '../testing/said.ts';
import { judge } from './judge.ts';

const hello = text('hello');
const echoed = [client(hello), server(hello), client(close(1000))];

function judged(said: readonly Said[], behaviour: TargetBehaviour, id = 'utf8/test') {
  const testCase = madeCase({ id, steps: [hello], expect: answered([echoOf(hello)]) });
  return judge(testCase, record(said), { role: 'server', echo: true, behaviour });
}

test('a Close that is never answered is judged by the cases about closing alone', () => {
  const drops = behaviourWith({ close: { kind: 'drop' } });
  const { verdict, observed } = judged([...echoed, fin], drops);
  assert.equal(verdict, 'pass');
  assert.match(observed, /^FIN without Close: as after every Close, .*judge$/);
  assert.equal(judged([...echoed, fin], drops, 'close/after-an-echo').verdict, 'fail');
});

test('an end that differs from the one after every Close is a fault', () => {
  assert.equal(judged([...echoed, fin], behaviourWith()).verdict, 'fail');
  const silent = behaviourWith({ close: { kind: 'silence' } });
  assert.equal(judged([client(hello), timeout], silent).verdict, 'fail');
});

test('a code, or TCP left open, that follows every Close is noted alone', () => {
  const answers = (code: number) => [...echoed, server(close(code)), fin];
  const odd = behaviourWith({ close: { kind: 'close', code: 1001 } });
  assert.equal(judged(answers(1001), odd).verdict, 'pass');
  assert.equal(judged(answers(1002), odd).verdict, 'warn');
  const open = behaviourWith({}, { leavesTcpOpen: true });
  assert.equal(judged([...echoed, server(close(1000)), timeout], open).verdict, 'pass');
  assert.equal(judged([...echoed, server(close(1000)), timeout], behaviourWith()).verdict, 'fail');
});

test('a Close that asks whether the target is still there is answered by one that is', () => {
  const testCase = madeCase({ steps: [text('bad', { rsv1: true })], expect: failed(1002) });
  const sent = [...alive, client(text('bad', { rsv1: true }))];
  const asked = [...sent, client(close(1000, 'framewright: still there?'))];
  const verdictOf = (said: readonly Said[], behaviour = behaviourWith()) =>
    judge(testCase, record(said), { role: 'server', echo: true, behaviour }).verdict;
  assert.equal(verdictOf([...asked, server(close(1000)), fin]), 'fail');
  assert.equal(verdictOf([...asked, server(close(1002)), fin]), 'pass');
  assert.equal(verdictOf([...sent, server(close(1002)), fin]), 'pass');
  const drops = behaviourWith({ close: { kind: 'drop' } });
  assert.equal(verdictOf([...asked, fin], drops), 'fail');
  assert.equal(verdictOf([...asked, fin]), 'warn');
});

test('what comes before the case is neither its answer nor its fault', () => {
  const testCase = madeCase({ steps: [ping('a')], expect: answered([echoOf(hello)]) });
  const init = { type: 'text', payload: Buffer.from('init') } as const;
  const said = [server(hello), client(text('init')), server(hello), client(ping('a')), timeout];
  const { rule } = judge(testCase, record(said), { role: 'server', echo: true, inits: [init] });
  assert.equal(rule, 'missing-answer');
});
