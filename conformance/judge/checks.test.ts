import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, closed, echoOf } from '../format/expectation.ts';
import { acceptFor, plainRequest, plainResponse } from '../format/handshake.ts';
import { close, continuation, type Item, ping, pong, text } from '../format/step.ts';
import { client, fin, judged, mask, record, type Said, server } from '../testing/said.ts';
import { readConversation } from '../wire/conversation.ts';
import { ofEveryConversation } from './checks.ts';

test('what holds for every conversation is looked at in each', () => {
  const wrongs: readonly (readonly [Item, string])[] = [
    [text('hello', { mask: mask(4) }), 'wrong-masking'],
    [text('hello', { lengthForm: 16 }), 'non-minimal-length'],
    [text('hello', { rsv1: true }), 'reserved-bit'],
    [{ ...text('hello'), opcode: 3 }, 'reserved-opcode'],
    [{ ...text('hello'), opcode: 0 }, 'bad-fragmentation'],
    [text(Uint8Array.of(0xff)), 'invalid-utf8'],
    [ping('', { fin: false }), 'bad-control-frame'],
    [close(1015), 'bad-close-payload'],
    [close(1006), 'bad-close-payload'],
    [close(999), 'bad-close-payload'],
    [close(1000, Uint8Array.of(0xff)), 'bad-close-payload'],
  ];
  for (const [item, rule] of wrongs) {
    const said = [client(text('hello')), server(item), server(text('hello')), fin];
    const judgement = judged(answered([echoOf(text('hello'))]), said);
    assert.deepEqual([judgement.verdict, judgement.rule], ['fail', rule]);
  }
  const foreign = plainResponse.map((line) => line.replace('{accept}', acceptFor('another key')));
  const { rule } = judged(answered([]), [fin], { response: foreign });
  assert.equal(rule, 'wrong-accept');
});

test('compression allows its bit on the first frame of a data message, and nowhere else', () => {
  const extension = 'Sec-WebSocket-Extensions: permessage-deflate';
  const agreed = {
    request: [...plainRequest, extension],
    response: [...plainResponse, extension],
  };
  for (const item of [ping('', { rsv1: true }), continuation('', { rsv1: true })]) {
    const said: Said[] = [client(text('hello')), server(item), fin];
    assert.equal(judged(answered([]), said, agreed).rule, 'reserved-bit');
  }
});

/** After the target's own Close; the peer's is its last frame. */
const behindItsClose: readonly (readonly [string, readonly Said[], string | undefined])[] = [
  ['the pong of a ping', [client(ping('p')), server(close(1000)), server(pong('p'))], undefined],
  ['the pong of a late ping', [server(close()), client(ping('p')), server(pong('p'))], undefined],
  ['a pong of nothing', [client(ping('p')), server(close(1000)), server(pong('q'))], undefined],
  ['a ping', [server(close(1000)), server(ping('q'))], undefined],
  ['an answer to a pong', [client(pong('p')), server(close(1000)), server(pong('p'))], 'a frame'],
  [
    'a pong once it has failed',
    [server(close(1002)), client(ping('p')), server(pong('p'))],
    'a frame',
  ],
  ['a message', [server(close(1000)), server(text('late'))], 'a frame'],
  ['another Close', [server(close(1000)), server(close(1000))], 'a frame'],
];

for (const [what, said, observed] of behindItsClose) {
  test(`after its Close: ${what} is ${observed ? 'a fault' : 'fine'}`, () => {
    const conversation = readConversation(record([...said, client(close(1000)), fin]));
    const check = ofEveryConversation.find(({ rule }) => rule === 'frame-after-close');
    const finding = check?.find(conversation, 'server');
    assert.equal(finding?.observed.slice(0, 7), observed);
  });
}

test("after its Close: a pong of a ping that came after the peer's Close is a fault", () => {
  const said = [
    server(close(1000)),
    client(close(1000)),
    client(ping('p')),
    server(pong('p')),
    fin,
  ];
  assert.equal(judged(closed(1000), said).rule, 'frame-after-close');
});

/** The rule that the target breaks, and what is observed of it. */
const findings: readonly (readonly [what: string, item: Item, rule: string, observed: string])[] = [
  [
    'a Ping of 126 bytes',
    ping('x'.repeat(126)),
    'bad-control-frame',
    'a control frame of 126 bytes',
  ],
  ['RSV2', text('', { rsv2: true }), 'reserved-bit', 'RSV2 set'],
  ['RSV3', text('', { rsv3: true }), 'reserved-bit', 'RSV3 set'],
  [
    'a Close body of one byte',
    { ...text(Uint8Array.of(3)), opcode: 8 },
    'bad-close-payload',
    'a Close body of one byte',
  ],
];
for (const [what, item, rule, observed] of findings) {
  test(`${what} breaks ${rule}`, () => {
    const conversation = readConversation(record([server(item)]));
    const found = ofEveryConversation.flatMap((check) => {
      const finding = check.find(conversation, 'server');
      return finding ? [[check.rule, finding.observed]] : [];
    });
    assert.deepEqual(found, [[rule, observed]]);
  });
}

const found = (rule: string, ...args: Parameters<typeof record>) =>
  ofEveryConversation
    .find((check) => check.rule === rule)!
    .find(readConversation(record(...args)), 'server')?.observed;

test('a message that begins inside another, and a continuation of nothing, are reported', () => {
  const begun = server(text('a', { fin: false }));
  assert.equal(found('bad-fragmentation', [begun, server(text('b'))]), 'a message inside another');
  const nothing = [server(continuation('a'))];
  assert.equal(found('bad-fragmentation', nothing), 'a continuation of nothing');
  assert.equal(
    found('bad-fragmentation', [begun, server(ping()), server(continuation())]),
    undefined,
  );
});

test('an unmasked frame is held against the client that sent it', () => {
  const conversation = readConversation(record([client(text('a', { mask: 'none' }))]));
  const rule = ofEveryConversation.find((check) => check.rule === 'wrong-masking');
  const finding = rule?.find(conversation, 'client');
  assert.equal(finding?.observed, 'an unmasked frame from the client');
});

test('the accept value stands once and follows from the key', () => {
  const [status, upgrade, connection, accept] = plainResponse as [string, string, string, string];
  const head = [status, upgrade, connection];
  assert.equal(found('wrong-accept', [], plainResponse), undefined);
  assert.equal(found('wrong-accept', [], head), 'no Sec-WebSocket-Accept');
  assert.equal(found('wrong-accept', [], [...head, accept.replace('{accept}', 'x')]), 'x');
  const twice = [...head, 'Sec-WebSocket-Accept: x', 'Sec-WebSocket-Accept: y'];
  assert.equal(found('wrong-accept', [], twice), 'x and y');
  const keyless = plainRequest.filter((line) => !line.startsWith('Sec-WebSocket-Key'));
  assert.notEqual(found('wrong-accept', [], plainResponse, keyless), undefined);
});

test('an answer to a Ping may follow a Close without a code', () => {
  const said = [client(ping('p')), server({ ...text(''), opcode: 8 }), server(pong('p'))];
  assert.equal(found('frame-after-close', said), undefined);
});
