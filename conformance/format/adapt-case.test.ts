import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behaviourWith } from '../testing/behaviours.ts';
import { madeCase } from '../testing/made-case.ts';
import { adaptCase } from './adapt-case.ts';
import type { Case } from './case.ts';
import { answered, echoOf, failed, pongOf } from './expectation.ts';
import { bytesOf, fill, hex } from './payload.ts';
import { bytes, continuation, inSegmentsOf, itemsOf, payloadOf, ping, text } from './step.ts';
import type { TargetProfile } from './target-profile.ts';

const answer = { kind: 'message' } as const;
const message = { type: 'text', payload: Buffer.from('{"id":1}') } as const;
const closes = { kind: 'close', code: 4400 } as const;

function profile(
  reactions: Parameters<typeof behaviourWith>[0] = {
    ...{ text: closes, binary: closes, fragments: closes, emptyText: closes },
  },
): TargetProfile {
  const answers = {
    text: answer,
    binary: closes,
    fragments: answer,
    padded: answer,
    extended: answer,
  };
  return { echo: false, message, behaviour: behaviourWith(reactions, { message: answers }) };
}

const payloads = (testCase: Case | undefined) =>
  testCase &&
  itemsOf(testCase.steps).map((item) => Buffer.from(bytesOf(payloadOf(item))).toString('latin1'));

test('a text that could be any other is the message of the application, in as many parts', () => {
  const steps = [inSegmentsOf(1, text('frag', { fin: false }), ping('p'), continuation('ment'))];
  const expect = answered([pongOf('p'), echoOf(text('fragment'))]);
  const adapted = adaptCase(madeCase({ steps, expect }), profile())!;
  assert.deepEqual(payloads(adapted.testCase), ['{"id', 'p', '":1}']);
  assert.equal(adapted.isUnderstood, true);
  const [pong, echo] = adapted.testCase.expect.events;
  assert.equal(pong?.kind, 'pong');
  assert.equal(echo?.anyMessage, true);
  assert.equal(echo?.optional, undefined);
});

test('octets that are the subject of a case are carried inside a JSON object', () => {
  const steps = [text(hex('c3'), { fin: false }), continuation(hex('28ff'))];
  const adapted = adaptCase(madeCase({ steps, expect: failed(1007) }), profile())!;
  assert.deepEqual(payloads(adapted.testCase), ['{"id":1,"framewright":"\xc3', '(\xff"}']);
  assert.equal(adapted.isUnderstood, true);
});

test('a message that is no object carries octets at the end of its last text', () => {
  const event = { type: 'text', payload: Buffer.from('42["say","hi"]') } as const;
  const testCase = madeCase({
    steps: [text('größer')],
    expect: answered([echoOf(text('größer'))]),
  });
  const adapted = adaptCase(testCase, { ...profile(), message: event })!;
  assert.deepEqual(
    bytesOf(payloadOf(itemsOf(adapted.testCase.steps)[0]!)),
    Buffer.from('42["say","higrößer"]'),
  );
});

test('a size that is the subject of a case is reached with spaces', () => {
  const sized = (length: number) =>
    madeCase({
      id: 'length/test',
      steps: [text(fill('*', length))],
      expect: answered([echoOf(text(fill('*', length)))]),
    });
  assert.deepEqual(payloads(adaptCase(sized(10), profile())?.testCase), ['{"id":1}  ']);
  assert.equal(adaptCase(sized(5), profile()), undefined);
});

test('a message that the application tolerates is sent as it is, and one that it answers follows', () => {
  const steps = [text('größe "quoted"')];
  const testCase = madeCase({ steps, expect: answered([echoOf(steps[0]!)]) });
  assert.equal(adaptCase(testCase, profile()), undefined, 'the target would close on it');
  const adapted = adaptCase(testCase, profile({ text: { kind: 'silence' } }))!;
  assert.equal(adapted.isUnderstood, false);
  assert.equal(payloads(adapted.testCase)?.at(-1), '{"id":1}');
  const [own, last] = adapted.testCase.expect.events;
  assert.deepEqual([own?.optional, last?.optional], [true, undefined]);
});

test('an application may answer several messages at once, or know one type alone', () => {
  const steps = [text('one'), text('two')];
  const testCase = madeCase({ steps, expect: answered(steps.map(echoOf)) });
  const owedBy = (answersEach: boolean) => {
    const known = {
      text: answer,
      binary: closes,
      ...(answersEach && { answersEach: true as const }),
    };
    const adapted = adaptCase(testCase, {
      ...profile(),
      behaviour: behaviourWith({}, { message: known }),
    });
    return adapted!.testCase.expect.events.map(({ optional }) => optional !== true);
  };
  assert.deepEqual(owedBy(true), [true, true]);
  assert.deepEqual(owedBy(false), [true, false]);
  const binaryAlone = behaviourWith({}, { message: { text: closes, binary: answer } });
  const about = (id: string) =>
    adaptCase({ ...testCase, id }, { ...profile(), behaviour: binaryAlone })?.testCase.steps[0];
  assert.deepEqual(about('ping/test'), { kind: 'frame', opcode: 2, payload: message.payload });
  assert.deepEqual(about('utf8/test'), steps[0]);
});

test('a case whose octets need not be frames, or are compressed, is left as it is', () => {
  assert.equal(adaptCase(madeCase({ steps: [bytes('text')] }), profile()), undefined);
  const deflate = madeCase({ id: 'deflate/test', steps: [text('a')] });
  assert.equal(adaptCase(deflate, profile()), undefined);
  assert.equal(
    adaptCase(madeCase({ steps: [text('a')] }), { ...profile(), echo: true }),
    undefined,
  );
});
