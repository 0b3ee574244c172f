/** A verdict refers to one rule, and that rule has the same weight in every case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accepted,
  answered,
  closed,
  echoOf,
  failed,
  gone,
  observed,
  orRefused,
  refused,
} from '../format/expectation.ts';
import { plainResponse, request } from '../format/handshake.ts';
import { close, ping, pong, text } from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import {
  alive,
  bad,
  client,
  fin,
  judged,
  record,
  type Said,
  server,
  timeout,
} from '../testing/said.ts';
import { judge } from './judge.ts';
import { causeKey } from './violation.ts';

const hello: readonly Said[] = [client(text('hello')), server(text('hello'))];

test('an ending weighs as its own rule does, whatever the level of the case', () => {
  const unanswered = [...hello, client(close(1000)), fin];
  for (const level of ['must', 'should', 'may'] as const) {
    const { verdict, reference, cause } = judged(answered([echoOf(text('hello'))]), unanswered, {
      level,
    });
    assert.deepEqual([verdict, reference], ['fail', 'RFC 6455 §5.5.1'], level);
    assert.equal(cause?.requirement, 'a Close frame is answered with a Close frame');
    const dropped = judged(failed(1002), [...alive, bad, fin], { level });
    assert.deepEqual([dropped.verdict, dropped.cause?.section], ['warn', '7.1.7'], level);
  }
});

test('a rule of the case itself weighs as the case does', () => {
  const unanswered = [client(ping('p')), client(close(1000)), server(close(1000)), fin];
  const expect = answered([{ kind: 'pong', payload: 'p' }]);
  const weigh = (level: 'must' | 'should' | 'may') => judged(expect, unanswered, { level }).verdict;
  assert.deepEqual([weigh('must'), weigh('should'), weigh('may')], ['fail', 'warn', 'info']);
  const { cause, reference } = judged(expect, unanswered);
  assert.deepEqual([cause?.requirement, reference], ['something', undefined]);
});

test('the same fault has the same cause in cases about different things', () => {
  const echo = judged(answered([echoOf(text('hello'))]), [...hello, client(close(1000)), fin]);
  const plain = judged(closed(1000), [...alive, client(close(1000)), fin], { level: 'should' });
  assert.equal(causeKey(echo.cause!), causeKey(plain.cause!));
  const late = judged(closed(1000), [...alive, client(close(1000)), timeout]);
  assert.notEqual(causeKey(late.cause!), causeKey(plain.cause!));
});

test('what differs from case to case is no part of a cause', () => {
  const keys = ['one', 'two'].map((word) => {
    const said = [client(text(word)), server(text('wrong')), client(close(1000)), fin];
    return causeKey(judged(answered([echoOf(text(word))]), said).cause!);
  });
  assert.equal(keys[0], keys[1]);
});

test('a handshake that is refused is no fault of what its case is about', () => {
  const refusal = ['HTTP/1.1 400 Bad Request', 'Content-Length: 0'];
  const judgement = judged(answered([]), [fin], { response: refusal, level: 'should' });
  assert.deepEqual([judgement.verdict, judgement.reference], ['fail', 'RFC 6455 §4.2.2']);
});

test('no response is called that, and not an accepted one', () => {
  const { verdict, rule, observed } = judged(refused(), [timeout], { response: [] });
  assert.deepEqual([verdict, rule], ['fail', 'handshake-unanswered']);
  assert.equal(observed, 'no response, and the connection stays open');
});

test('a server that takes no single LF for the end of a line may wait for more', () => {
  const handshake = request({ lineEnd: '\n' });
  const testCase = madeCase({ level: 'may', handshake, expect: orRefused(accepted()) });
  const { verdict } = judge(testCase, record([timeout], []), { role: 'server', echo: true });
  assert.equal(verdict, 'info');
  const complete = madeCase({ level: 'may', expect: orRefused(accepted()) });
  const unanswered = judge(complete, record([timeout], []), { role: 'server', echo: true });
  assert.equal(unanswered.rule, 'handshake-unanswered');
});

test('a 101 to another protocol accepts no WebSocket', () => {
  const response = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: h2c', 'Connection: Upgrade'];
  const settings = Buffer.from('000000040000000000', 'hex');
  const said: Said[] = [server({ kind: 'bytes', bytes: settings }), timeout];
  assert.equal(judged(refused(), said, { response }).verdict, 'pass');
  const wanted = judged(answered([]), said, { response });
  assert.deepEqual([wanted.verdict, wanted.rule], ['fail', 'upgrade-header']);
  assert.equal(wanted.observed, 'HTTP/1.1 101 Switching Protocols with Upgrade: h2c');
});

test('HTTP after a 101 is a second response, and no frame', () => {
  const more = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
  const said: Said[] = [...alive, server({ kind: 'bytes', bytes: more }), fin];
  for (const expect of [answered([]), failed(1002)]) {
    const { verdict, rule, observed } = judged(expect, said);
    assert.deepEqual([verdict, rule], ['fail', 'second-response']);
    assert.equal(observed, 'a second HTTP response after the 101');
  }
  const begun = judged(answered([]), [server({ kind: 'bytes', bytes: 'HTTP/1.1' }), timeout]);
  assert.equal(begun.rule, 'second-response');
});

test('a Close without a code does not say that it ended well, unless it repeats one', () => {
  const after = (body: ReturnType<typeof close>) =>
    judged(failed(1002), [...alive, client(body), server(close()), fin]).verdict;
  assert.equal(after({ ...close(), payload: 'a' }), 'warn');
  assert.equal(after(close(0)), 'warn');
  assert.equal(after(close(undefined, '', { rsv3: true })), 'fail');
});

test('a server may keep its half of TCP open, a client may not', () => {
  const said: readonly Said[] = [...alive, timeout];
  assert.equal(judged(gone(), said, { level: 'may' }).verdict, 'info');
  const asClient = [server(text('framewright: alive?')), client(text('framewright: alive?'))];
  const lost = judged(gone(), [...asClient, fin, timeout], { level: 'may', role: 'client' });
  assert.deepEqual([lost.verdict, lost.reference], ['fail', 'RFC 6455 §7.2.1']);
});

test('a wrong status is a SHOULD beside the MUST that there is no connection', () => {
  const refusal = ['HTTP/1.1 400 Bad Request', 'Content-Length: 0'];
  const { verdict, rule, cause } = judged(refused([426]), [fin], { response: refusal });
  assert.deepEqual([verdict, rule, cause?.level], ['warn', 'wrong-status', 'should']);
});

test('where no document decides, there is no cause', () => {
  const judgement = judged(observed(), [...alive, server(pong('p')), fin]);
  assert.deepEqual([judgement.verdict, judgement.cause], ['info', undefined]);
});

test('an Upgrade that lists more than websocket is an acceptance', () => {
  const response = plainResponse.map((line) =>
    line.startsWith('Upgrade') ? 'Upgrade: h2c, WebSocket' : line,
  );
  const end = [client(close(1000)), server(close(1000)), fin];
  assert.equal(
    judged(answered([echoOf(text('hello'))]), [...hello, ...end], { response }).verdict,
    'pass',
  );
});
