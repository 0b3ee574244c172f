/**
 * Frames from a client on an open connection: the event of each, and the answer to it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import {
  binary,
  clientFrame,
  close,
  continuation,
  handshake,
  ping,
  pong,
  text,
} from '../testing/client.ts';
import {
  converse,
  describeEvent,
  fresh,
  limits,
  opened,
  takeOutput,
} from '../testing/conversation.ts';
import { Compression } from './deflate.ts';
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
  { what: 'an unsolicited pong', bytes: pong('x'), events: ['pong "x"'], sent: [] },
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
  fails('a continuation without a message', 'unexpected-continuation', continuation('x')),
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
    // The same again afterwards: another message if the connection is still open, else nothing.
    const again = converse(opened(), join(bytes, text('and')));
    const after = state === 'open' ? ['message text "and"'] : [];
    assert.deepEqual(again, { events: [...events, ...after], sent, state });
  });
}

test('a text fails at the first invalid byte, not when its frame is complete', () => {
  const frame = text(Buffer.from('cebaf490808041', 'hex'));
  const { events } = converse(opened(), frame.subarray(0, frame.length - 3), 1);
  assert.deepEqual(events, ['failed invalid-utf8']);
});

test('an endless message fails at the fragment limit', () => {
  const frames = [text('', more), ...Array.from({ length: 1000 }, () => continuation('', more))];
  assert.deepEqual(converse(opened(), join(...frames)).events, ['failed too-many-fragments']);
});

test('a large message in steps of one byte is assembled', () => {
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

// --- permessage-deflate, RFC 7692 §7.2.2 ---

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
  ['invalid DEFLATE data', text(Buffer.from([0xff]), rsv1), 'failed invalid-deflate-data'],
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

test('the limit applies to the inflated and to the compressed size', () => {
  const small = (bytes: Buffer) => converse(openedCompressed(1000), bytes).events;
  assert.deepEqual(small(text(deflated('x'.repeat(1000)), rsv1)), ['message text 1000']);
  assert.deepEqual(small(text(deflated('x'.repeat(1001)), rsv1)), ['failed message-too-big']);
  assert.deepEqual(small(text('', { ...rsv1, declaredLength: 1066n })), ['failed message-too-big']);
});

test('a large message is handed to the owner to inflate, and nothing is read until then', () => {
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

test('a failed inflation fails the connection; a late result is dropped', () => {
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
