import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import { answered, failed, pongOf } from '../format/expectation.ts';
import { alivePayload } from '../format/liveness.ts';
import { close, continuation, frame, type Item, ping, pong, text } from '../format/step.ts';
import { behaviourWith } from '../testing/behaviours.ts';
import { madeCase } from '../testing/made-case.ts';
import { client, fin, record, type Said, server, timeout } from '../testing/said.ts';
import { judge } from './judge.ts';

const alive = [client(ping(alivePayload)), server(pong(alivePayload))];
const closes1002 = { kind: 'close', code: 1002 } as const;
const onAnyText = behaviourWith({ text: closes1002, fragments: closes1002 });

function judged(
  testCase: Partial<Case> & { readonly steps: readonly Item[] },
  said: readonly Said[],
  behaviour = onAnyText,
  more: { readonly isUnderstood?: boolean } = {},
) {
  const whole = madeCase({ expect: failed(1002), ...testCase });
  const sent = [...alive, ...testCase.steps.map(client), ...said];
  const { verdict, observed } = judge(whole, record(sent), {
    ...{ role: 'server', echo: false, behaviour },
    ...more,
  });
  return { verdict, observed };
}

const unmasked = [text('bad', { mask: 'none' })];
const leaves = [server(close(1002)), fin];

test('a Close that any text gets is no verdict about a bad one', () => {
  const { verdict, observed } = judged({ steps: unmasked }, leaves);
  assert.equal(verdict, 'skip');
  assert.match(observed, /^not judged: .* any text message .*Close 1002/);
  assert.equal(judged({ steps: [continuation('bad')] }, leaves).verdict, 'skip');
  assert.equal(judged({ steps: [frame(3, 'bad')] }, leaves).verdict, 'skip');
});

test('a Close with another code than any text gets is the answer to the bad one', () => {
  const app = behaviourWith({ text: { kind: 'close', code: 4400 } });
  assert.equal(judged({ steps: unmasked }, leaves, app).verdict, 'pass');
  assert.equal(judged({ steps: unmasked }, [server(close(1007)), fin], app).verdict, 'warn');
});

test('a target that stays although it closes on any text has taken the bad frame', () => {
  assert.equal(judged({ steps: unmasked }, [timeout]).verdict, 'fail');
});

test('a drop that any text gets is no verdict about a bad one', () => {
  const drops = behaviourWith({ text: { kind: 'drop' } });
  assert.equal(judged({ steps: unmasked }, [fin], drops).verdict, 'skip');
  assert.equal(judged({ steps: unmasked }, leaves, drops).verdict, 'pass');
  assert.equal(judged({ steps: unmasked }, [fin]).verdict, 'warn');
});

test('what the application understands is judged as everywhere', () => {
  const verdict = judged({ steps: unmasked }, leaves, onAnyText, { isUnderstood: true }).verdict;
  assert.equal(verdict, 'pass');
});

test('an answer to a bad ping is a fault, however the connection ends', () => {
  const steps = [ping('bad', { rsv2: true }), text('good')];
  assert.equal(judged({ steps }, [server(pong('bad')), ...leaves]).verdict, 'fail');
  assert.equal(judged({ steps }, leaves).verdict, 'skip');
  assert.equal(judged({ steps: [ping('bad', { rsv2: true })] }, leaves).verdict, 'pass');
});

test('a target that drops at any ping fails the cases about pings, and is not judged by others', () => {
  const atPing = behaviourWith({ ping: { kind: 'drop' } });
  const steps = [ping('a')];
  const expect = answered([pongOf('a')]);
  assert.equal(judged({ steps, expect, judges: ['pong'] }, [fin], atPing).verdict, 'fail');
  assert.equal(judged({ steps: [ping('a', { rsv1: true })] }, [fin], atPing).verdict, 'skip');
});

test('the Close that answers a Close is not the one that any text gets', () => {
  const on1000 = behaviourWith({ text: { kind: 'close', code: 1000 } });
  const expect = answered([]);
  const steps = [text('good')];
  const answers = [client(close(1000)), server(close(1000)), fin];
  assert.equal(judged({ steps, expect }, answers, on1000).verdict, 'pass');
  assert.equal(judged({ steps, expect }, [server(close(1000)), fin], on1000).verdict, 'skip');
  // The application closes after the peer has, and not with the code that it was sent.
  const on4400 = behaviourWith({ text: { kind: 'close', code: 4400 } });
  const crosses = [client(close(1000)), server(close(4400)), fin];
  assert.equal(judged({ steps, expect }, crosses, on4400).verdict, 'skip');
  const drops = behaviourWith({ text: { kind: 'drop' } });
  assert.notEqual(judged({ steps, expect }, [client(close(1000)), fin], drops).verdict, 'skip');
  assert.notEqual(judged({ steps, expect }, [timeout], drops).verdict, 'skip');
});

test('a target that protects itself against pings is not judged by that end', () => {
  const counts = behaviourWith({}, { secondPing: { kind: 'close', code: 1008 } });
  const leaves1008 = [server(close(1008)), fin];
  const steps = [ping('a', { rsv1: true })];
  assert.equal(judged({ steps }, leaves1008, counts).verdict, 'skip');
  assert.equal(judged({ steps }, leaves, counts).verdict, 'pass');
  assert.equal(judged({ steps: unmasked }, leaves1008, counts).verdict, 'warn');
});

test('a pong after a Close of the application answers a ping, and after a failure it may not', () => {
  const steps = [text('unknown'), ping('a')];
  const expect = answered([pongOf('a')]);
  const ruleOf = (code: number) => {
    const said = [server(close(code)), server(pong('a')), fin];
    const sent = [...alive, ...steps.map(client), ...said];
    const target = { role: 'server', echo: false, behaviour: behaviourWith() } as const;
    return judge(madeCase({ steps, expect }), record(sent), target).rule;
  };
  assert.notEqual(ruleOf(1003), 'frame-after-close');
  assert.equal(ruleOf(1002), 'frame-after-close');
});
