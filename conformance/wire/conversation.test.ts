import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { type ConversationEvent, ConversationReader, readConversation } from './conversation.ts';
import { Inflater, messageText } from './messages.ts';
import { type Side, type Timeline, type TimelineEntry, TimelineRecorder } from './timeline.ts';
import { type FrameToWrite, opcodes, writeFrame } from './wire.ts';

const request =
  'GET /chat HTTP/1.1\r\nHost: localhost:3200\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const response = (more = '') =>
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  `Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n${more}\r\n`;

const maskKey = Uint8Array.of(1, 2, 3, 4);
const masked = (frame: Omit<FrameToWrite, 'maskKey'>) => writeFrame({ ...frame, maskKey });
const text = (payload: string) => ({ opcode: opcodes.text, payload: Buffer.from(payload) });
const close = (code: number, reason = '') => {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return { opcode: opcodes.close, payload };
};

type Said = readonly [from: Side, bytes: Uint8Array | string] | readonly [from: Side, end: null];

/** A timeline in which each turn came in one segment, or in segments of one byte. */
function timeline(turns: readonly Said[], segment = Infinity): Timeline {
  const recorder = new TimelineRecorder('tcp');
  for (const [from, what] of turns) {
    if (what === null) {
      recorder.end('fin', from);
      continue;
    }
    const bytes = Buffer.from(what as Buffer);
    for (let at = 0; at < bytes.length; at += Math.min(segment, bytes.length)) {
      recorder.bytes(from, bytes.subarray(at, at + segment));
    }
  }
  return recorder.timeline();
}

/** One line for each event, so that a failure prints the whole story. */
const story = (recorded: Timeline): string[] => readConversation(recorded).events.map(tell);

function tell(event: ConversationEvent): string {
  switch (event.kind) {
    case 'head':
      return `${event.from} head ${event.head.startLine.text}`;
    case 'frame':
      return `${event.from} frame ${event.frame.opcode} at ${event.frame.offset}`;
    case 'message':
      return `${event.from} ${event.message.type} ${messageText(event.message) ?? '?'}`;
    case 'ping':
    case 'pong':
      return `${event.from} ${event.kind} ${Buffer.from(event.payload)}`;
    case 'close':
      return `${event.from} close ${event.close.code} ${Buffer.from(event.close.reason)}`;
    case 'overflow':
      return `${event.from} overflow ${event.limit}`;
    case 'fin':
    case 'rst':
    case 'drop':
      return `${event.from} ${event.kind}`;
    case 'timeout':
      return `timeout waiting for ${event.waitingFor}`;
    case 'script':
      return `script ${event.event.type}`;
  }
}

const session: readonly Said[] = [
  ['client', request],
  ['server', response()],
  ['client', masked({ ...text('He'), fin: false })],
  ['client', masked({ opcode: opcodes.ping, payload: Buffer.from('alive?') })],
  ['client', masked({ opcode: opcodes.continuation, payload: Buffer.from('llo') })],
  ['server', writeFrame({ opcode: opcodes.pong, payload: Buffer.from('alive?') })],
  ['server', writeFrame(text('def'))],
  ['client', masked(close(1000, 'done'))],
  ['server', writeFrame(close(1000))],
  ['server', null],
  ['client', null],
];

const told = [
  'client head GET /chat HTTP/1.1',
  'server head HTTP/1.1 101 Switching Protocols',
  `client frame 1 at ${request.length}`,
  `client frame 9 at ${request.length + 8}`,
  'client ping alive?',
  `client frame 0 at ${request.length + 20}`,
  'client text Hello',
  `server frame 10 at ${response().length}`,
  'server pong alive?',
  `server frame 1 at ${response().length + 8}`,
  'server text def',
  `client frame 8 at ${request.length + 29}`,
  'client close 1000 done',
  `server frame 8 at ${response().length + 13}`,
  'server close 1000 ',
  'server fin',
  'client fin',
];

for (const segment of [Infinity, 1, 2, 7]) {
  test(`reports a whole session, in segments of ${segment}`, () => {
    assert.deepEqual(story(timeline(session, segment)), told);
  });
}

test('gives each event with the entry that completed it', () => {
  const recorded = timeline(session, 1);
  const reader = new ConversationReader();
  const seen = recorded.entries.map((entry) => reader.push(entry).map((event) => event.kind));
  assert.deepEqual(seen.slice(0, request.length - 1).flat(), []);
  assert.deepEqual(seen[request.length - 1], ['head']);
  assert.deepEqual(reader.conversation(), readConversation(recorded));
});

test('keeps both heads, the frames, the Close frames and the endings', () => {
  const { client, server, accepted } = readConversation(timeline(session));
  assert.equal(accepted, true);
  assert.equal(client.head?.headers[1]?.name, 'Upgrade');
  assert.deepEqual(
    client.frames.map((frame) => [frame.opcode, frame.fin, Buffer.from(frame.payload).toString()]),
    [
      [1, false, 'He'],
      [9, true, 'alive?'],
      [0, true, 'llo'],
      [8, true, '\x03\xe8done'.replace('\xe8', '�')],
    ],
  );
  assert.equal(client.messages[0]?.frames.length, 2);
  assert.equal(client.close?.code, 1000);
  assert.equal(server.close?.code, 1000);
  assert.equal(server.ending.how, 'fin');
  assert.equal(client.rest.bytes.length, 0);
});

test('holds frames that came before the response, and reads them once it is there', () => {
  const recorded = timeline([
    ['client', Buffer.concat([Buffer.from(request), masked(text('early'))])],
    ['server', Buffer.concat([Buffer.from(response()), writeFrame(text('in the same segment'))])],
  ]);
  assert.deepEqual(story(recorded), [
    'client head GET /chat HTTP/1.1',
    'server head HTTP/1.1 101 Switching Protocols',
    `client frame 1 at ${request.length}`,
    'client text early',
    `server frame 1 at ${response().length}`,
    'server text in the same segment',
  ]);
});

for (const segment of [Infinity, 1]) {
  test(`never takes a body for frames, in segments of ${segment}`, () => {
    const withBody = request.replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n');
    const { client } = readConversation(
      timeline(
        [
          ['client', Buffer.concat([Buffer.from(`${withBody}\x81\x80abc`, 'latin1')])],
          ['server', response()],
          ['client', masked(text('first'))],
        ],
        segment,
      ),
    );
    assert.equal(Buffer.from(client.body).toString('latin1'), '\x81\x80abc');
    assert.deepEqual(client.messages.map(messageText), ['first']);
    assert.equal(client.frames[0]?.offset, withBody.length + 5);
  });
}

test('reads what follows a refusal as bytes', () => {
  const refusal = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope';
  const { accepted, client, server } = readConversation(
    timeline([
      ['client', Buffer.concat([Buffer.from(request), masked(text('x'))])],
      ['server', refusal],
      ['client', masked(text('y'))],
      ['server', 'HTTP/1.1 200 OK\r\n\r\n'],
    ]),
  );
  assert.equal(accepted, false);
  assert.deepEqual(client.frames, []);
  assert.deepEqual(Buffer.from(client.body), Buffer.concat(['x', 'y'].map((c) => masked(text(c)))));
  assert.equal(Buffer.from(server.body).toString(), 'nopeHTTP/1.1 200 OK\r\n\r\n');
});

test('passes over interim responses', () => {
  const { accepted, server } = readConversation(
    timeline([
      ['client', request],
      ['server', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${response()}`],
      ['server', writeFrame(text('def'))],
    ]),
  );
  assert.equal(accepted, true);
  assert.equal(server.interimHeads[0]?.startLine.text, 'HTTP/1.1 103 Early Hints');
  assert.deepEqual(server.messages.map(messageText), ['def']);
});

test('reports a cut frame, a cut head, a reset and a timeout', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from(request));
  recorder.bytes('server', Buffer.from(response()));
  recorder.bytes('client', masked({ ...text('lost'), fin: false }));
  recorder.bytes('server', writeFrame(text('cut off')).subarray(0, 5));
  recorder.end('rst', 'server');
  recorder.timeout('a Close frame');
  const { client, server } = readConversation(recorder.timeline());
  assert.equal(server.ending.how, 'rst');
  assert.equal(server.rest.frame?.declaredLength, 7n);
  assert.equal(Buffer.from(server.rest.frame!.payload).toString(), 'cut');
  assert.equal(client.unfinished.length, 1);
  assert.deepEqual(
    { ...client.ending, at: 0 },
    { how: 'timeout', at: 0, waitingFor: 'a Close frame' },
  );
  const cut = readConversation(timeline([['client', request.slice(0, 30)]]));
  assert.equal(cut.client.head, undefined);
  assert.equal(cut.client.rest.head?.complete, false);
  assert.equal(cut.client.ending.how, 'open');
});

test('reads a Close frame without a code, and one with half a code', () => {
  const closes = [Buffer.alloc(0), Buffer.of(3)].map((payload) => {
    const entries: Said[] = [
      ['client', request],
      ['server', response()],
      ['server', writeFrame({ opcode: opcodes.close, payload })],
    ];
    return readConversation(timeline(entries)).server.close;
  });
  assert.deepEqual(
    closes.map((seen) => [seen?.code, seen?.reason.length]),
    [
      [undefined, 0],
      [undefined, 1],
    ],
  );
});

const deflated = (payload: string, dictionary = '') => {
  const bytes = deflateRawSync(Buffer.from(payload), {
    finishFlush: 2,
    ...(dictionary ? { dictionary: Buffer.from(dictionary) } : {}),
  });
  return bytes.subarray(0, -4);
};
const agreed = (parameters = '') =>
  response(`Sec-WebSocket-Extensions: permessage-deflate${parameters}\r\n`);

test('inflates messages with the context that was agreed', () => {
  const compressed = (payload: string, context: string) =>
    writeFrame({ opcode: opcodes.text, rsv1: true, payload: deflated(payload, context) });
  const second = deflated('Hello, Hello', 'Hello');
  const turns = (parameters: string): Said[] => [
    ['client', request],
    ['server', agreed(parameters)],
    ['server', compressed('Hello', '')],
    [
      'server',
      writeFrame({ opcode: opcodes.text, rsv1: true, fin: false, payload: second.subarray(0, 2) }),
    ],
    ['server', writeFrame({ opcode: opcodes.continuation, payload: second.subarray(2) })],
    ['server', writeFrame(text('plain'))],
  ];
  const kept = readConversation(timeline(turns('')));
  assert.deepEqual(kept.deflate, {
    client: { contextTakeover: true, windowBits: 15 },
    server: { contextTakeover: true, windowBits: 15 },
  });
  assert.deepEqual(kept.server.messages.map(messageText), ['Hello', 'Hello, Hello', 'plain']);
  assert.deepEqual(
    kept.server.messages.map((message) => message.compressed),
    [true, true, false],
  );

  const dropped = readConversation(timeline(turns('; server_no_context_takeover')));
  assert.equal(dropped.server.messages[1]?.data, undefined);
  assert.equal(dropped.server.messages[1]?.inflateFailure, 'invalid distance too far back');
  assert.deepEqual(messageText(dropped.server.messages[2]!), 'plain');
});

test('inflates blocks with BFINAL set, and reports what is no DEFLATE', () => {
  // RFC 7692 §7.2.3.4 gives these octets for `Hello`.
  const final = Buffer.from('f348cdc9c9070000', 'hex');
  const turns: Said[] = [
    ['client', request],
    ['server', agreed()],
    ['server', writeFrame({ opcode: opcodes.text, rsv1: true, payload: final })],
    ['server', writeFrame({ opcode: opcodes.text, rsv1: true, payload: Buffer.of(0xff, 0xff) })],
    ['server', writeFrame({ opcode: opcodes.text, rsv1: true, payload: deflated('next') })],
  ];
  const { messages } = readConversation(timeline(turns)).server;
  assert.deepEqual(messages.map(messageText), ['Hello', undefined, 'next']);
  assert.equal(messages[1]?.inflateFailure, 'invalid block type');
});

test('gives RSV1 no meaning that was not agreed', () => {
  const frame = writeFrame({ ...text('raw'), rsv1: true });
  const [message] = readConversation(
    timeline([
      ['client', request],
      ['server', response()],
      ['server', frame],
    ]),
  ).server.messages;
  assert.equal(message?.compressed, false);
  assert.equal(messageText(message!), 'raw');
});

test('names the subprotocol and the extensions', () => {
  const more =
    'Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate; ' +
    'client_max_window_bits="10", x-trace; a="b,c;\\"d"\r\n';
  const { subprotocol, extensions, deflate } = readConversation(
    timeline([
      ['client', request],
      ['server', response(more)],
    ]),
  );
  assert.equal(subprotocol, 'chat');
  assert.deepEqual(extensions, [
    { name: 'permessage-deflate', parameters: [['client_max_window_bits', '10']] },
    { name: 'x-trace', parameters: [['a', 'b,c;"d']] },
  ]);
  assert.equal(deflate?.client.windowBits, 10);
});

test('keeps script events in their place', () => {
  const entry: TimelineEntry = {
    kind: 'script',
    at: 1,
    event: { type: 'open', protocol: '', extensions: '' },
  };
  assert.deepEqual(new ConversationReader().push(entry), [entry]);
});

test('a reference beyond the window that was agreed cannot be inflated', () => {
  // Noise, so that nothing nearer than the 1,000 octets between the two can be referred to.
  const noise = Buffer.from(
    Array.from({ length: 1000 }, (_, index) => (index * index * 7919) >> 5),
  );
  const twice = deflateRawSync(Buffer.concat([noise, noise]), { windowBits: 15 });
  const inflate = (windowBits: number) =>
    new Inflater({ contextTakeover: false, windowBits }).inflate(twice);
  assert.equal(inflate(10).inflateFailure, undefined);
  assert.match(inflate(9).inflateFailure ?? '', /too far back/);
});

test('a 101 without Upgrade is no WebSocket, but frames follow one that has an accept value', () => {
  const half = 'HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n\r\n';
  const other = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n';
  for (const [head, frames] of [
    [half, 1],
    [other, 0],
  ] as const) {
    const turns: Said[] = [
      ['client', request],
      ['server', head],
      ['server', writeFrame(text('def'))],
    ];
    const { accepted, server } = readConversation(timeline(turns));
    assert.deepEqual([accepted, server.frames.length], [false, frames]);
  }
});

test('over HTTP/2 a response with 200 opens the connection, and 101 does not', () => {
  for (const status of [200, 101]) {
    const reader = new ConversationReader('h2');
    const recorder = new TimelineRecorder('h2');
    reader.push(recorder.bytes('client', Buffer.from(request)));
    reader.push(recorder.bytes('server', Buffer.from(`HTTP/1.1 ${status} x\r\n\r\n`)));
    assert.equal(reader.accepted, status === 200);
  }
});

test('a reader answers what is known of a side so far', () => {
  const reader = new ConversationReader();
  const recorder = new TimelineRecorder('tcp');
  const push = (from: Side, bytes: Uint8Array | string) =>
    reader.push(recorder.bytes(from, Buffer.from(bytes as Buffer)));
  push('client', request);
  push('client', masked(text('abc')));
  assert.deepEqual([reader.accepted, reader.head('server')], [false, undefined]);
  assert.ok(reader.octetsAhead('client') > 0);
  assert.equal(reader.hasFrame('client'), false);
  push('server', response());
  assert.deepEqual([reader.accepted, reader.octetsAhead('client')], [true, 0]);
  assert.equal(reader.hasFrame('client'), true);
  assert.equal(reader.head('server')?.startLine.text, 'HTTP/1.1 101 Switching Protocols');
  assert.equal(reader.isBetweenFrames('server'), true);
  push('server', writeFrame(text('abc')).subarray(0, 3));
  assert.equal(reader.isBetweenFrames('server'), false);
  assert.equal(reader.rest('server').bytes.length, 3);
  assert.deepEqual(
    reader.events.map(({ kind }) => kind),
    ['head', 'head', 'frame', 'message'],
  );
});
