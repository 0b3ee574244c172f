import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import {
  binary,
  clientFrame,
  close,
  continuation,
  describeFrames,
  handshake,
  ping,
  pong,
  sampleAccept,
  text,
} from '../testing/client.ts';
import { converse, describeEvent, limits, opened, takeOutput } from '../testing/conversation.ts';
import { Connection, sharedByConnections } from './connection.ts';
import { Compression } from './deflate.ts';
import { parseHead } from './http-head.ts';
import { failures } from './violations.ts';

const more = { fin: false };
const join = (...parts: Buffer[]) => Buffer.concat(parts);

interface Vector {
  readonly what: string;
  readonly bytes: Buffer;
  readonly events: readonly string[];
  readonly sent: readonly string[];
  readonly state?: string;
}

function fails(what: string, rule: keyof typeof failures, bytes: Buffer, ...before: string[]) {
  const { closeCode } = failures[rule];
  const sent = before
    .filter((event) => event.startsWith('ping'))
    .map((event) => event.replace('ping', 'pong'));
  return {
    what,
    bytes,
    events: [...before, `failed ${rule}`],
    sent: [...sent, `close ${closeCode} "${rule}"`],
    state: 'closed',
  };
}

const vectors: Vector[] = [
  { what: 'an empty text', bytes: text(''), events: ['message text ""'], sent: [] },
  { what: 'a text', bytes: text('Hello'), events: ['message text "Hello"'], sent: [] },
  { what: 'a text beyond ASCII', bytes: text('é€😀'), events: ['message text "é€😀"'], sent: [] },
  { what: 'bytes', bytes: binary('\0\x7f'), events: ['message binary "007f"'], sent: [] },
  ...[125, 126, 127, 65535, 65536].map((length) => ({
    what: `${length} bytes`,
    bytes: binary(Buffer.alloc(length)),
    events: [length > 200 ? `message binary ${length}` : `message binary "${'00'.repeat(length)}"`],
    sent: [],
  })),
  {
    what: 'two fragments',
    bytes: join(text('Hel', more), continuation('lo')),
    events: ['message text "Hello"'],
    sent: [],
  },
  {
    what: 'empty fragments',
    bytes: join(text('', more), continuation('', more), continuation('')),
    events: ['message text ""'],
    sent: [],
  },
  {
    what: 'a character cut between fragments',
    bytes: join(text(Buffer.from([0xe2, 0x82]), more), continuation(Buffer.from([0xac]))),
    events: ['message text "€"'],
    sent: [],
  },
  {
    what: 'a ping between fragments',
    bytes: join(text('Hel', more), ping('hi'), continuation('lo')),
    events: ['ping "hi"', 'message text "Hello"'],
    sent: ['pong "hi"'],
  },
  {
    what: 'two messages, the first in fragments',
    bytes: join(binary('a', more), continuation('b'), text('c')),
    events: ['message binary "6162"', 'message text "c"'],
    sent: [],
  },
  { what: 'a ping', bytes: ping('hi'), events: ['ping "hi"'], sent: ['pong "hi"'] },
  {
    what: 'a ping of 125 bytes',
    bytes: ping('x'.repeat(125)),
    events: [`ping "${'x'.repeat(125)}"`],
    sent: [`pong "${'x'.repeat(125)}"`],
  },
  { what: 'a pong that nobody asked for', bytes: pong('x'), events: ['pong "x"'], sent: [] },
  { what: 'a Close', bytes: close(), events: ['close 1005 ""'], sent: ['close'], state: 'closed' },
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999].map(
    (code) => ({
      what: `Close ${code}`,
      bytes: close(code, 'bye'),
      events: [`close ${code} "bye"`],
      sent: [`close ${code}`],
      state: 'closed',
    }),
  ),
  {
    what: 'a Close with the longest reason',
    bytes: close(1000, 'x'.repeat(123)),
    events: [`close 1000 "${'x'.repeat(123)}"`],
    sent: ['close 1000'],
    state: 'closed',
  },
  {
    what: 'frames after a Close',
    bytes: join(close(1000), ping('x'), text('x'), close(1001)),
    events: ['close 1000 ""'],
    sent: ['close 1000'],
    state: 'closed',
  },
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map((code) =>
    fails(`Close ${code}`, 'invalid-close-code', close(code)),
  ),
  fails('half a close code', 'close-payload-of-one-byte', clientFrame(8, 'x')),
  fails(
    'a reason that is not UTF-8',
    'invalid-utf8-in-close-reason',
    close(1000, Buffer.from([0xff])),
  ),
  fails(
    'a reason that ends inside a character',
    'invalid-utf8-in-close-reason',
    close(1000, Buffer.from([0xc3])),
  ),
  fails('RSV1', 'reserved-bits', text('x', { rsv: 4 })),
  fails(
    'RSV2 after a good message',
    'reserved-bits',
    join(text('a'), ping('', { rsv: 2 })),
    'message text "a"',
  ),
  fails('opcode 3', 'reserved-opcode', clientFrame(3)),
  fails('opcode 11', 'reserved-opcode', clientFrame(11)),
  fails('an unmasked frame', 'unmasked-client-frame', text('x', { mask: null })),
  fails('a ping in fragments', 'fragmented-control-frame', ping('x', more)),
  fails('a ping of 126 bytes', 'control-frame-too-long', ping('x'.repeat(126))),
  fails('a length in too many bytes', 'non-minimal-length', text('x', { lengthBytes: 8 })),
  fails('a length of 2^63', 'length-out-of-range', text('', { declaredLength: 2n ** 63n })),
  fails('a length of 2^53 + 1', 'message-too-big', text('', { declaredLength: 2n ** 53n + 1n })),
  fails('a continuation of nothing', 'unexpected-continuation', continuation('x')),
  fails(
    'a continuation after a whole message',
    'unexpected-continuation',
    join(text('a'), continuation('x')),
    'message text "a"',
  ),
  fails('a text inside a message', 'interleaved-message', join(text('x', more), text('y'))),
  fails('bytes inside a message', 'interleaved-message', join(text('x', more), binary('y', more))),
  fails('a text that is not UTF-8', 'invalid-utf8', text(Buffer.from('ceba80', 'hex'))),
  fails(
    'a text that ends inside a character',
    'invalid-utf8',
    text(Buffer.from('ceba ce'.replace(' ', ''), 'hex')),
  ),
  fails(
    'fragments that end inside a character',
    'invalid-utf8',
    join(text(Buffer.from([0xce]), more), continuation('')),
  ),
  fails(
    'a character broken between fragments',
    'invalid-utf8',
    join(text(Buffer.from([0xce]), more), continuation('a', more)),
  ),
  fails('a message over the limit', 'message-too-big', text('', { declaredLength: 1_000_001n })),
  fails(
    'fragments over the limit',
    'message-too-big',
    join(
      ping('a'),
      binary(Buffer.alloc(1000), more),
      continuation('', { declaredLength: 999_001n }),
    ),
    'ping "a"',
  ),
];

for (const { what, bytes, events, sent, state = 'open' } of vectors) {
  test(`${what}: ${events.at(-1)?.slice(0, 60)}`, () => {
    const expected = { events, sent, state };
    assert.deepEqual(converse(opened(), bytes), expected);
    for (const pieceSize of [1, 2, 3, 5, 1000]) {
      if (bytes.length / pieceSize < 70_000) {
        assert.deepEqual(converse(opened(), bytes, pieceSize), expected, `pieces of ${pieceSize}`);
      }
    }
    // The same again behind it: another message where the connection goes on, else nothing.
    const again = converse(opened(), join(bytes, text('and')));
    const after = state === 'open' ? ['message text "and"'] : [];
    assert.deepEqual(again, { events: [...events, ...after], sent, state });
  });
}

test('a text fails as soon as a byte is wrong, not when its frame is whole', () => {
  const frame = text(Buffer.from('cebaf490808041', 'hex'));
  const { events } = converse(opened(), frame.subarray(0, frame.length - 3), 1);
  assert.deepEqual(events, ['failed invalid-utf8']);
});

test('an endless message fails at the limit of fragments', () => {
  const frames = [text('', more), ...Array.from({ length: 1000 }, () => continuation('', more))];
  assert.deepEqual(converse(opened(), join(...frames)).events, ['failed too-many-fragments']);
});

test('a large message in one byte steps is gathered whole', () => {
  const payload = Buffer.from(Array.from({ length: 70_001 }, (_, i) => i * 7));
  const connection = opened();
  const frame = binary(payload);
  for (let at = 0; at < frame.length; at += 1) {
    connection.receive(Buffer.from(frame.subarray(at, at + 1)));
    const event = connection.next();
    assert.equal(event === undefined, at < frame.length - 1);
    if (event?.type === 'message') assert.deepEqual(event.bytes(), payload);
  }
});

// --- the handshake ---

function fresh(changes = {}) {
  return new Connection(sharedByConnections({ ...limits, ...changes }));
}

test('a handshake is read however it is delivered, and frames behind it are not lost', () => {
  const bytes = join(Buffer.from(handshake()), text('early'));
  for (const pieceSize of [1, 2, 3, 50, bytes.length]) {
    const connection = fresh();
    const log: string[] = [];
    let output = '';
    for (let at = 0; at < bytes.length; at += pieceSize) {
      connection.receive(Buffer.from(bytes.subarray(at, at + pieceSize)));
      for (let event = connection.next(); event !== undefined; event = connection.next()) {
        log.push(describeEvent(event));
        if (event.type === 'request') {
          assert.equal(connection.headBytes.toString(), handshake());
          assert.equal(connection.accept(), sampleAccept);
        }
      }
      output += takeOutput(connection).toString('latin1');
    }
    assert.deepEqual(log, ['request /', 'message text "early"']);
    assert.match(
      output,
      /^HTTP\/1.1 101 .*\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n\r\n$/s,
    );
  }
});

test('what arrives while the request is being decided about is kept', () => {
  const connection = fresh();
  connection.receive(join(Buffer.from(handshake()), text('one').subarray(0, 3)));
  assert.equal(connection.next()?.type, 'request');
  assert.equal(connection.next(), undefined);
  const rest = join(text('one').subarray(3), text('two'));
  connection.receive(rest.subarray(0, 4));
  assert.equal(connection.next(), undefined);
  connection.receive(rest.subarray(4));
  assert.equal(connection.next(), undefined);
  connection.accept();
  const events = [connection.next()!, connection.next()!].map((event) => event.type);
  assert.deepEqual(events, ['message', 'message']);
  assert.equal(connection.next(), undefined);
});

test('a refused handshake is answered once, whatever is pipelined behind it', () => {
  for (const pieceSize of [1, 10_000]) {
    const connection = fresh();
    const bytes = Buffer.from(handshake({ 'Sec-WebSocket-Key': 'x' }) + handshake());
    const log: string[] = [];
    for (let at = 0; at < bytes.length; at += pieceSize) {
      connection.receive(Buffer.from(bytes.subarray(at, at + pieceSize)));
      for (let event = connection.next(); event !== undefined; event = connection.next()) {
        log.push(describeEvent(event));
      }
    }
    const output = takeOutput(connection).toString();
    assert.deepEqual(log, ['refused key-invalid']);
    assert.equal(output.split('HTTP/1.1').length, 2);
    assert.match(output, /^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\n/);
    assert.ok(connection.finished);
  }
});

test('a body is never read as frames', () => {
  const connection = fresh();
  connection.receive(join(Buffer.from(handshake({ 'Content-Length': '9' })), text('abc')));
  assert.equal(describeEvent(connection.next()!), 'refused body-in-upgrade');
  assert.equal(connection.next(), undefined);
});

for (const [rule, request] of [
  ['malformed-request-line', 'GET /\r\n\r\n'],
  ['bare-line-feed', 'GET / HTTP/1.1\n\n'],
  ['target-too-long', handshake({}, `GET /${'a'.repeat(1000)} HTTP/1.1`)],
  ['head-too-large', handshake({ X: 'a'.repeat(4096) })],
  ['not-an-upgrade', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['method-not-get', 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'],
] as const) {
  test(`${JSON.stringify(request.slice(0, 40))} is refused: ${rule}`, () => {
    const connection = fresh();
    connection.receive(Buffer.from(request));
    assert.equal(describeEvent(connection.next()!), `refused ${rule}`);
    assert.equal(
      takeOutput(connection).toString().endsWith('\r\n\r\n'),
      request.startsWith('HEAD'),
    );
  });
}

test('the owner may refuse', () => {
  const connection = fresh();
  connection.receive(Buffer.from(handshake()));
  connection.next();
  connection.refuseFor('no-such-endpoint');
  assert.match(takeOutput(connection).toString(), /^HTTP\/1.1 404 Not Found\r\n/);
  assert.equal(connection.headBytes.toString(), handshake());
});

test('the stream may end at any moment', () => {
  const connection = fresh();
  connection.receiveEnd();
  assert.equal(connection.state, 'closed');
  assert.equal(connection.headBytes.length, 0);
  const open = opened();
  open.receiveEnd();
  open.receiveEnd();
  assert.equal(open.state, 'closed');
});

// --- sending ---

test('messages, pings and pongs are sent in order', () => {
  const connection = opened();
  connection.send('abc');
  connection.send(Buffer.from('de'));
  connection.send(new Uint8Array(3));
  connection.ping(Buffer.from('p'));
  connection.ping();
  connection.pong(Buffer.from('q'));
  connection.pong();
  connection.sendPayload(true, Buffer.from('t'), false);
  connection.sendPayload(false, Buffer.from('c'), true);
  assert.deepEqual(describeFrames(takeOutput(connection)), [
    'text "abc"',
    'binary 2',
    'binary 3',
    'ping "p"',
    'ping ""',
    'pong "q"',
    'pong ""',
    'text "t"',
    '(rsv1) binary 1',
  ]);
});

test('a received message is sent as it came', () => {
  const connection = opened();
  connection.receive(join(text('é'), binary('abc')));
  for (let event = connection.next(); event !== undefined; event = connection.next()) {
    if (event.type === 'message') connection.send(event);
  }
  assert.deepEqual(describeFrames(takeOutput(connection)), ['text "é"', 'binary 3']);
});

test('what cannot be sent throws', () => {
  const connection = opened();
  assert.throws(() => connection.ping(new Uint8Array(126)), /at most 125 bytes, not 126/);
  assert.throws(() => connection.pong(new Uint8Array(126)), /at most 125 bytes, not 126/);
  assert.throws(() => connection.close(1005), /Close code 1005 may not be sent/);
  assert.throws(() => connection.close(1000, 'é'.repeat(62)), /at most 123 bytes, not 124/);
  assert.throws(() => connection.close(undefined, 'x'), /needs a close code/);
  assert.throws(() => connection.accept(), /no request to accept/);
  assert.throws(() => connection.refuseFor('shutting-down'), /No transition/);
  assert.throws(() => fresh().send('x'), /connection is connecting, not open/);
  assert.throws(() => fresh().close(), /handshake is not over/);
  assert.deepEqual(describeFrames(takeOutput(connection)), []);
});

// --- closing ---

test('our Close is sent once and answered by the peer; messages in flight still arrive', () => {
  const connection = opened();
  connection.close(1001, 'away');
  connection.close(1000);
  assert.equal(connection.state, 'closeSent');
  assert.throws(() => connection.send('x'), /closeSent, not open/);
  assert.deepEqual(converse(connection, join(text('late'), ping('x'), close(1001), text('x'))), {
    events: ['message text "late"', 'ping "x"', 'close 1001 ""'],
    // RFC 6455 §5.5.2: a ping is owed its pong until the peer's Close has come.
    sent: ['close 1001 "away"', 'pong "x"'],
    state: 'closed',
  });
});

test('the closing handshake is completed by a Close each way, and by nothing less', () => {
  const ours = opened();
  ours.close(1000);
  assert.equal(ours.closingHandshakeCompleted, false);
  converse(ours, close(1000));
  assert.equal(ours.closingHandshakeCompleted, true);

  const theirs = opened();
  converse(theirs, close(1000));
  assert.equal(theirs.closingHandshakeCompleted, true);

  const unanswered = opened();
  unanswered.delaysClose = true;
  converse(unanswered, close(1000));
  unanswered.receiveEnd();
  assert.equal(unanswered.state, 'closed');
  assert.equal(unanswered.closingHandshakeCompleted, false);

  const failed = opened();
  converse(failed, join(text('x', { mask: null }), close(1002)));
  assert.equal(failed.closingHandshakeCompleted, false);
});

test('a peer that breaks a rule after our Close gets no second one', () => {
  const connection = opened();
  connection.close();
  assert.deepEqual(converse(connection, text('x', { mask: null })), {
    events: ['failed unmasked-client-frame'],
    sent: ['close'],
    state: 'closed',
  });
});

test('the answer to a Close may wait for messages that are on their way', () => {
  for (const code of [undefined, 3000]) {
    const connection = opened();
    connection.delaysClose = true;
    const after = converse(connection, join(close(code, 'bye'), ping('late')));
    const event = code === undefined ? 'close 1005 ""' : 'close 3000 "bye"';
    assert.deepEqual(after, { events: [event], sent: [], state: 'closeReceived' });
    assert.deepEqual(converse(connection, text('later')).events, []);
    connection.sendPayload(true, Buffer.from('x'), false);
    connection.answerClose();
    connection.answerClose();
    // The code comes back; the reason does not.
    assert.deepEqual(describeFrames(takeOutput(connection)), [
      'text "x"',
      code === undefined ? 'close' : 'close 3000',
    ]);
    assert.equal(connection.state, 'closed');
  }
});

test('unread bytes are kept when the memory they came in is used again', () => {
  const connection = opened();
  const memory = join(text('one'), text('two'), text('three'));
  connection.receive(memory);
  assert.equal(describeEvent(connection.next()!), 'message text "one"');
  connection.keepRest();
  memory.fill(0);
  assert.equal(describeEvent(connection.next()!), 'message text "two"');
  assert.equal(describeEvent(connection.next()!), 'message text "three"');
  assert.equal(connection.next(), undefined);
  fresh().keepRest();
});

test('somebody may watch the frames', () => {
  const frames: string[] = [];
  const connection = new Connection(sharedByConnections(limits), (frame) =>
    frames.push(`${frame.direction} ${frame.opcode} ${frame.length}`),
  );
  connection.receive(Buffer.from(handshake()));
  connection.next();
  connection.accept();
  connection.receive(join(text('abc', more), ping('p'), continuation('d')));
  for (let event = connection.next(); event !== undefined; event = connection.next()) {
    if (event.type === 'message') connection.send(event);
  }
  connection.send('é');
  connection.send(new Uint8Array(3));
  connection.close(1000);
  assert.deepEqual(frames, [
    'received 1 3',
    'received 9 1',
    'sent 10 1',
    'received 0 1',
    'sent 1 4',
    'sent 1 2',
    'sent 2 3',
    'sent 8 2',
  ]);
});

// --- permessage-deflate ---

const deflateParameters = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};

function openedCompressed(maxMessageBytes = limits.maxMessageBytes) {
  const connection = fresh({ maxMessageBytes });
  connection.receive(Buffer.from(handshake()));
  connection.next();
  connection.accept(
    {},
    new Compression(deflateParameters, maxMessageBytes, { threshold: 0, level: 6 }),
  );
  takeOutput(connection);
  return connection;
}

const deflated = (payload: string | Buffer) =>
  deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
const rsv1 = { rsv: 4 };

const compressedVectors: [what: string, bytes: Buffer, ...events: string[]][] = [
  ['a compressed text', text(deflated('Hello €'), rsv1), 'message text "Hello €"'],
  ['compressed bytes', binary(deflated('abc'), rsv1), 'message binary "616263"'],
  ['an empty compressed message', text(Buffer.from([0]), rsv1), 'message text ""'],
  ['an uncompressed one between', text('plain'), 'message text "plain"'],
  [
    'compressed fragments around a ping',
    join(
      text(deflated('Hello').subarray(0, 2), { ...more, ...rsv1 }),
      ping('p'),
      continuation(deflated('Hello').subarray(2)),
    ),
    'ping "p"',
    'message text "Hello"',
  ],
  [
    'RSV1 on a continuation',
    join(text('', { ...more, ...rsv1 }), continuation('', rsv1)),
    'failed reserved-bits',
  ],
  ['RSV1 on a ping', ping('', rsv1), 'failed reserved-bits'],
  ['what is not DEFLATE', text(Buffer.from([0xff]), rsv1), 'failed invalid-deflate-data'],
  [
    'a compressed text that is not UTF-8',
    text(deflated(Buffer.from([0xff])), rsv1),
    'failed invalid-utf8',
  ],
];
for (const [what, bytes, ...events] of compressedVectors) {
  test(`with permessage-deflate, ${what}: ${events.at(-1)}`, () => {
    for (const pieceSize of [bytes.length, 1, 2, 3]) {
      assert.deepEqual(converse(openedCompressed(), bytes, pieceSize).events, events);
    }
  });
}

test('the limit counts what a message stands for, and what it is sent as', () => {
  const small = (bytes: Buffer) => converse(openedCompressed(1000), bytes).events;
  assert.deepEqual(small(text(deflated('x'.repeat(1000)), rsv1)), ['message text 1000']);
  assert.deepEqual(small(text(deflated('x'.repeat(1001)), rsv1)), ['failed message-too-big']);
  assert.deepEqual(small(text('', { ...rsv1, declaredLength: 1066n })), ['failed message-too-big']);
});

test('a large message is inflated by the owner, and nothing is read until then', () => {
  const payload = Buffer.alloc(300_000, 'x');
  const bytes = join(text(deflated(payload), rsv1), text('next'));
  for (const pieceSize of [bytes.length, 100]) {
    const connection = openedCompressed();
    const seen: string[] = [];
    for (let at = 0; at < bytes.length; at += pieceSize) {
      connection.receive(Buffer.from(bytes.subarray(at, at + pieceSize)));
      for (let event = connection.next(); event !== undefined; event = connection.next()) {
        seen.push(describeEvent(event));
        if (event.type !== 'compressed') continue;
        assert.equal(connection.next(), undefined);
        seen.push(describeEvent(connection.inflated(payload)!));
      }
    }
    const { length } = deflated(payload);
    assert.deepEqual(seen, [`compressed ${length}`, 'message text 300000', 'message text "next"']);
  }
});

test('what the owner could not inflate fails the connection; what comes too late is dropped', () => {
  const large = text(deflated(Buffer.alloc(300_000)), rsv1);
  const failing = openedCompressed();
  const { length } = deflated(Buffer.alloc(300_000));
  assert.deepEqual(converse(failing, large).events, [`compressed ${length}`]);
  const failed = failing.inflated(failures['message-too-big']);
  assert.equal(describeEvent(failed!), 'failed message-too-big');
  assert.equal(failing.inflated(Buffer.alloc(1)), undefined);
  const gone = openedCompressed();
  converse(gone, large);
  gone.receiveEnd();
  assert.equal(gone.inflated(Buffer.alloc(1)), undefined);
});

test('a request that somebody else has read is answered the same', () => {
  const connection = fresh();
  const head = parseHead(handshake());
  assert.ok(!('rule' in head));
  assert.equal(describeEvent(connection.receiveRequest(head)), 'request /');
  connection.receive(text('early'));
  assert.equal(connection.next(), undefined);
  assert.equal(connection.accept(), sampleAccept);
  assert.equal(describeEvent(connection.next()!), 'message text "early"');
});
