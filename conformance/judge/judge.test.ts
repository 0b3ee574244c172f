import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../format/case.ts';
import {
  answered,
  answeredOrTooBig,
  closed,
  echoOf,
  failed,
  failedOrDropped,
  gone,
  observed,
  refused,
  unopened,
} from '../format/expectation.ts';
import { alivePayload } from '../format/liveness.ts';
import {
  close,
  continuation,
  eachInItsOwnSegment,
  message,
  ping,
  pong,
  text,
} from '../format/step.ts';
import { madeCase } from '../testing/made-case.ts';
import {
  alive,
  bad,
  client,
  fin,
  judged,
  mask,
  probed,
  record,
  rst,
  type Said,
  server,
  timeout,
} from '../testing/said.ts';
import { bytesFrom } from '../wire/timeline.ts';
import { writeFrame } from '../wire/wire.ts';
import { judge } from './judge.ts';

/** How a connection can end after a provocation, and the verdict if it has to be failed. */
const afterProvocation: readonly (readonly [string, readonly Said[], string, string])[] = [
  ['Close with the code, FIN', [server(close(1002)), fin], 'pass', 'case'],
  ['Close with the code, RST', [server(close(1002)), rst], 'pass', 'case'],
  ['Close with another error, FIN', [server(close(1007)), fin], 'warn', 'wrong-close-code'],
  ['Close without a code, FIN', [server(close()), fin], 'warn', 'wrong-close-code'],
  ['Close that says all went well', [server(close(1000)), fin], 'fail', 'wrong-close-code'],
  ['Close with a code that is never sent', [server(close(1006)), fin], 'fail', 'bad-close-payload'],
  ['Close, TCP left open', [server(close(1002)), timeout], 'fail', 'tcp-left-open'],
  ['FIN without Close', [fin], 'warn', 'failed-without-close-frame'],
  ['RST without Close', [rst], 'warn', 'failed-without-close-frame'],
  ['timeout', [timeout], 'fail', 'case'],
  ['still open', [], 'fail', 'case'],
  ['still open and answering', probed, 'fail', 'case'],
  [
    'an echo, then Close',
    [server(text('bad')), server(close(1002)), fin],
    'fail',
    'unexpected-answer',
  ],
  [
    'Close, then an echo',
    [server(close(1002)), server(text('bad')), fin],
    'fail',
    'frame-after-close',
  ],
];

for (const [how, said, verdict, rule] of afterProvocation) {
  test(`has to fail the connection: ${how} is ${verdict}`, () => {
    const steps = [text('bad', { rsv3: true })];
    const judgement = judged(failed(1002), [...alive, bad, ...said], { steps });
    assert.deepEqual([judgement.verdict, judgement.rule], [verdict, rule], judgement.observed);
  });
}

/** The same where the Close frame is the target's choice (§5.1). */
const whereDroppingIsFine: readonly (readonly [string, readonly Said[], string, string])[] = [
  ['Close with the code, FIN', [server(close(1002)), fin], 'pass', 'case'],
  ['FIN without Close', [fin], 'pass', 'case'],
  ['RST without Close', [rst], 'pass', 'case'],
  ['Close with 1000, FIN', [server(close(1000)), fin], 'warn', 'wrong-close-code'],
  ['Close with the code, TCP left open', [server(close(1002)), timeout], 'fail', 'tcp-left-open'],
  ['still open and answering', probed, 'fail', 'case'],
];

for (const [how, said, verdict, rule] of whereDroppingIsFine) {
  test(`has to close or to drop the connection: ${how} is ${verdict}`, () => {
    const judgement = judged(failedOrDropped(1002), [...alive, bad, ...said]);
    assert.deepEqual([judgement.verdict, judgement.rule], [verdict, rule], judgement.observed);
  });
}

test('a reset may take a Close with it where the peer went on to write, a FIN takes none', () => {
  const steps = [eachInItsOwnSegment(text('bad', { rsv3: true }))];
  assert.equal(judged(failed(1002), [...alive, bad, rst], { steps }).verdict, 'pass');
  assert.equal(judged(failed(1002), [...alive, bad, fin], { steps }).verdict, 'warn');
});

/** The same after the peer's Close. */
const afterClose: readonly (readonly [string, readonly Said[], string, string])[] = [
  ['Close with the code, FIN', [server(close(1000)), fin], 'pass', 'case'],
  ['Close without a code, FIN', [server(close()), fin], 'pass', 'case'],
  ['Close with another code, FIN', [server(close(1001)), fin], 'warn', 'wrong-close-code'],
  ['Close with a code that is never sent', [server(close(1005)), fin], 'fail', 'bad-close-payload'],
  ['Close, TCP left open', [server(close(1000)), timeout], 'fail', 'tcp-left-open'],
  ['FIN without Close', [fin], 'fail', 'no-close-frame'],
  ['RST without Close', [rst], 'fail', 'no-close-frame'],
  ['timeout', [timeout], 'fail', 'no-close-frame'],
  ['still open', [], 'fail', 'no-close-frame'],
];

for (const [how, said, verdict, rule] of afterClose) {
  test(`has to answer a Close: ${how} is ${verdict}`, () => {
    const steps = [...alive, client(close(1000)), ...said];
    const answer = judged(closed([1000, 'none']), steps);
    assert.deepEqual([answer.verdict, answer.rule], [verdict, rule], answer.observed);
    const hello = [client(text('hello')), server(text('hello')), client(close(1000)), ...said];
    const normal = judged(answered([echoOf(text('hello'))]), hello);
    assert.deepEqual([normal.verdict, normal.rule], [verdict, rule], normal.observed);
  });
}

test('a target that shows no life before the provocation does not score', () => {
  const hangsUp = [client(text(alivePayload)), server(close(1002)), fin];
  assert.equal(judged(failed(1002), hangsUp).rule, 'not-alive');
  assert.equal(judged(failed(1002), hangsUp).verdict, 'fail');
});

test('a bad Close that is answered like a good one was not noticed', () => {
  const badClose = client(close(undefined, '', { rsv3: true }));
  const empty = judged(failed(1002), [...alive, badClose, server(close()), fin]);
  assert.deepEqual([empty.verdict, empty.rule], ['fail', 'wrong-close-code']);
  assert.equal(empty.reference, undefined);
  const another = judged(failed(1002), [...alive, badClose, server(close(1007)), fin]);
  assert.equal(another.reference, 'RFC 6455 §7.1.7');
});

test('the level of the case weighs its own rule, and another MUST stays one', () => {
  const swallowed = [...alive, bad, ...probed];
  assert.equal(judged(failed(1002), swallowed, { level: 'should' }).verdict, 'warn');
  assert.equal(judged(failed(1002), swallowed, { level: 'may' }).verdict, 'info');
  const masked = [...alive, bad, server(close(1002, '', { mask: mask(4) })), fin];
  const judgement = judged(failed(1002), masked, { level: 'should' });
  assert.deepEqual([judgement.verdict, judgement.rule], ['fail', 'wrong-masking']);
  assert.equal(judgement.reference, 'RFC 6455 §5.1');
});

test('order, kind and content of the answers count, and which of them is wrong is shown', () => {
  const expect = answered([echoOf(text('one')), echoOf(text('two'))]);
  const asked = [client(text('one')), client(text('two'))];
  const swapped = judged(expect, [...asked, server(text('two')), server(text('one'))]);
  assert.deepEqual([swapped.verdict, swapped.rule], ['fail', 'wrong-answer']);
  assert.deepEqual([swapped.expected, swapped.observed], ['text "one"', 'text "two"']);
  assert.equal(swapped.at?.from, 'server');
  const missing = judged(expect, [...asked, server(text('one')), timeout]);
  assert.deepEqual([missing.rule, missing.expected], ['missing-answer', 'text "two"']);
});

test('the first wrong octet of an answer is pointed at, in the fragment that it stands in', () => {
  const expect = answered([echoOf(text('hello'))]);
  const marked = (...answer: Said[]) => {
    const said = [client(text('hello')), ...answer];
    const { at } = judged(expect, said);
    const stream = Buffer.from(bytesFrom(record(said), 'server'));
    return stream.toString('latin1', at!.offset, at!.offset + at!.length);
  };
  assert.equal(marked(server(text('heLLo'))), 'L');
  assert.equal(marked(server(text('hello!'))), '!');
  assert.equal(marked(server(text('he', { fin: false })), server(continuation('lLo'))), 'L');
  const whole = writeFrame({ opcode: 1, payload: Buffer.from('hell') }).toString('latin1');
  assert.equal(marked(server(text('hell'))), whole);
});

test('a ping is owed a pong with its payload', () => {
  const end = [client(close(1000)), server(close(1000)), fin];
  const asked = answered([{ kind: 'pong', payload: 'a' }]);
  assert.equal(judged(asked, [client(ping('a')), server(pong('a')), ...end]).verdict, 'pass');
  assert.equal(judged(asked, [client(ping('a')), server(pong('b')), ...end]).rule, 'wrong-answer');
  assert.equal(judged(asked, [client(ping('a')), ...end]).rule, 'missing-answer');
});

test('TCP has to end, in whatever way, where nothing else is asked', () => {
  assert.equal(judged(gone(), [...alive, fin]).verdict, 'pass');
  assert.equal(judged(gone(), [...alive, rst]).verdict, 'pass');
  assert.equal(judged(gone(), [...alive, timeout]).rule, 'tcp-left-open');
});

test('a client may wait until the server has ended TCP, and ends it then', () => {
  const closes = [server(close(1000)), client(close(1000))];
  const waiting = judged(closed(1000), [...closes, timeout], { role: 'client' });
  assert.deepEqual([waiting.verdict, waiting.rule], ['warn', 'tcp-left-open']);
  const lost = judged(closed(1000), [...closes, fin, timeout], { role: 'client' });
  assert.deepEqual([lost.verdict, lost.rule], ['fail', 'tcp-left-open']);
  assert.equal(lost.reference, 'RFC 6455 §5.5.1');
});

test('if no document decides, the observation is reported', () => {
  const judgement = judged(observed(), [...alive, client(close(5000)), server(close(1002)), fin]);
  assert.deepEqual([judgement.verdict, judgement.observed], ['info', 'Close 1002, then FIN']);
});

test('a message beyond a limit of the target is no violation, and no pass', () => {
  const said = [client(text('large')), server(close(1009)), fin];
  assert.equal(judged(answeredOrTooBig([echoOf(text('large'))]), said).verdict, 'info');
  const byPolicy = [client(text('large')), server(close(1008)), fin];
  assert.equal(judged(answeredOrTooBig([echoOf(text('large'))]), byPolicy).verdict, 'info');
  assert.equal(judged(answered([echoOf(text('large'))]), said).verdict, 'fail');
});

test('an offer of compression that is declined leaves nothing to judge', () => {
  const compressed = message('text', 'hello', { deflate: true });
  const said = [
    client(text('hello')),
    server(text('hello')),
    client(close(1000)),
    server(close(1000)),
    fin,
  ];
  const expect = answered([echoOf(compressed)]);
  assert.equal(judged(expect, said, { steps: [compressed] }).verdict, 'skip');
});

test('a refusal is a status other than 101; its number is a SHOULD', () => {
  const refusal = ['HTTP/1.1 400 Bad Request', 'Content-Length: 0'];
  assert.equal(judged(refused(), [fin], { response: refusal }).verdict, 'pass');
  assert.equal(judged(refused([426]), [fin], { response: refusal }).verdict, 'warn');
  assert.equal(judged(refused(), [fin]).verdict, 'fail');
  assert.equal(judged(refused(), [fin], { response: [] }).verdict, 'pass');
  assert.equal(judged(refused(), [timeout], { response: [] }).verdict, 'fail');
  assert.equal(judged(answered([]), [fin], { response: refusal }).rule, 'handshake-failed');
});

test('the bytes that decided are named, also of a frame that was never whole', () => {
  const cut = writeFrame({ opcode: 1, payload: Buffer.from('bad'), maskKey: mask(4) }).subarray(
    0,
    8,
  );
  const { at } = judged(failed(1007), [...alive, client({ kind: 'bytes', bytes: cut }), timeout]);
  assert.deepEqual([at?.from, at?.length], ['client', 8]);
});

test('a server that is too busy is not judged by it, where being served is not what is asked', () => {
  const answers = (status: string, part: Partial<Case> = {}) => {
    const timeline = record([fin], [`HTTP/1.1 ${status}`, 'Content-Length: 0']);
    const testCase = madeCase(part);
    const { verdict, observed: seen } = judge(testCase, timeline, { role: 'server', echo: true });
    return `${verdict} ${seen}`;
  };
  const unjudged = 'too busy to be judged; --concurrency 1 asks for less at once';
  assert.equal(answers('503 Busy'), `error HTTP/1.1 503 Busy: ${unjudged}`);
  assert.equal(answers('429 Slow Down'), `error HTTP/1.1 429 Slow Down: ${unjudged}`);
  assert.equal(answers('500 Oops'), 'fail HTTP/1.1 500 Oops');
  const often = { repeat: { times: 9, atOnce: 9 } };
  assert.equal(answers('500 Oops', often), 'fail HTTP/1.1 500 Oops');
  for (const status of ['503 Busy', '429 Slow Down']) {
    const limit = "beyond a limit of the target's own";
    assert.equal(answers(status, often), `info HTTP/1.1 ${status}: ${limit}`);
  }
  assert.equal(answers('503 Busy', { aftermath: { memory: 1 } }), 'fail HTTP/1.1 503 Busy');
  assert.equal(
    answers('503 Busy', { expect: refused() }),
    'pass HTTP/1.1 503 Busy, then FIN without Close',
  );
});

test('a refusal without the header that the user gives is no fault of the target', () => {
  const handshake = { request: { lines: ['GET / HTTP/1.1', 'Cookie: x'] } };
  const testCase = madeCase({ handshake });
  const verdictOf = (status: string, headers: readonly string[]) =>
    judge(testCase, record([], [`HTTP/1.1 ${status}`]), { role: 'server', echo: true, headers })
      .verdict;
  assert.equal(verdictOf('401 No', ['cookie']), 'skip');
  assert.equal(verdictOf('401 No', ['Authorization']), 'fail');
  assert.equal(verdictOf('500 No', ['cookie']), 'fail');
  assert.equal(verdictOf('no status', ['cookie']), 'fail');
});

test('a client that has to refuse a response is judged as a client', () => {
  const timeline = record([client(text('x'))]);
  const target = { role: 'client', echo: true } as const;
  const { observed: seen } = judge(madeCase({ expect: refused() }), timeline, target);
  assert.equal(seen, 'the connection is used');
});

test('a client may go away at a response where any outcome is allowed', () => {
  const timeline = record([], ['HTTP/1.1 400 No']);
  const verdictOf = (role: 'client' | 'server') =>
    judge(madeCase({ expect: observed() }), timeline, { role, echo: true }).verdict;
  assert.deepEqual([verdictOf('client'), verdictOf('server')], ['info', 'fail']);
});

test('a program that was given up, and a target that floods, are not judged', () => {
  const { entries, transport } = record([...alive, client(close(1000))]);
  const event = { type: 'value', name: 'unfinished', value: 'after 9 ms' } as const;
  const page = madeCase({ page: 'constructor/any', expect: unopened([{ type: 'error' }]) });
  const givenUp = judge(
    page,
    { transport, entries: [{ kind: 'script', at: 1, event }] },
    { role: 'client', echo: true },
  );
  assert.equal(givenUp.verdict, 'error');
  const overflow = { kind: 'overflow', from: 'server', at: 9, limit: '4 MiB' } as const;
  const flood = { transport, entries: [...entries, overflow] };
  const target = { role: 'server', echo: true } as const;
  const { verdict, observed: seen } = judge(madeCase(), flood, target);
  assert.equal(verdict, 'error');
  assert.match(seen, /^not judged: the server sent more than 4 MiB/);
});
