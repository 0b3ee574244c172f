import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, orRefused, refused } from '../format/expectation.ts';
import { plainRequest, plainResponse } from '../format/handshake.ts';
import { close } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import { fin, record, rst, type Said, server } from '../testing/said.ts';
import { judge } from './judge.ts';

const offered = { request: { fields: [['Sec-WebSocket-Protocol', 'chat']] } } as const;
const testCase = madeCase({ handshake: offered, alive: 'untested', expect: accepted() });
const target = { role: 'server', echo: true, headers: ['sec-websocket-protocol'] } as const;

const request = [...plainRequest, 'Sec-WebSocket-Protocol: chat'];
const answeredBy = (said: readonly Said[], response: readonly string[] = []) =>
  record(said, response, request);

const refusals = {
  'a status of 400': answeredBy([], ['HTTP/1.1 400 No']),
  'a status of 501': answeredBy([], ['HTTP/1.1 501 No']),
  'a reset': answeredBy([rst]),
  silence: answeredBy([{ timeout: 'the response to the handshake' }]),
  'a 101 and a FIN': answeredBy([fin], plainResponse),
  'a 101 and a Close': answeredBy([server(close(4000)), fin], plainResponse),
};
for (const [how, timeline] of Object.entries(refusals)) {
  test(`${how} for a subprotocol that replaces the given one is skipped`, () => {
    const { verdict, observed } = judge(testCase, timeline, target);
    assert.equal(verdict, 'skip');
    assert.match(observed, /refused without the sec-websocket-protocol that the options give$/);
  });

  test(`${how} is judged if no such header is given`, () => {
    const { verdict } = judge(testCase, timeline, { ...target, headers: [] });
    assert.notEqual(verdict, 'skip');
  });
}

test('what the case expects to be refused is judged', () => {
  for (const expect of [refused(), orRefused(accepted())]) {
    const { verdict } = judge({ ...testCase, expect }, refusals['a status of 400'], target);
    assert.equal(verdict, 'pass');
  }
});

test('silence is no fault where a refusal is allowed and the given header is replaced', () => {
  const either = { ...testCase, expect: orRefused(accepted()) };
  const { silence } = refusals;
  assert.equal(judge(either, silence, target).verdict, 'skip');
  assert.equal(judge(either, silence, { ...target, headers: [] }).verdict, 'fail');
});

test('a wrong answer is judged', () => {
  const wrong = plainResponse.map((line) => line.replace('{accept}', 'x{accept}'));
  assert.equal(judge(testCase, answeredBy([], wrong), target).verdict, 'fail');
});
