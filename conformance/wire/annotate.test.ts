import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { type AnnotateOptions, annotate } from './annotate.ts';
import { dissect } from './dissect.ts';
import { escapeText, quote } from './printable.ts';
import { type Side, type Timeline, type TimelineEntry, TimelineRecorder } from './timeline.ts';
import { type FrameToWrite, opcodes, writeFrame } from './wire.ts';

const maskKey = Buffer.from('37fa213d', 'hex');
const text = (payload: string, more: Partial<FrameToWrite> = {}) =>
  writeFrame({ opcode: opcodes.text, payload: Buffer.from(payload), ...more });

/** Segments of one byte or whole turns; the time of a turn is its place in the list. */
function timeline(
  turns: readonly (readonly [Side, Uint8Array | string | 'fin'])[],
  segment = Infinity,
): Timeline {
  const offsets = { client: 0, server: 0 };
  const entries: TimelineEntry[] = [];
  turns.forEach(([from, what], at) => {
    if (what === 'fin') {
      entries.push({ kind: 'fin', from, at });
      return;
    }
    const all = Buffer.from(what as Buffer);
    for (let start = 0; start < all.length; start += Math.min(segment, all.length)) {
      const bytes = all.subarray(start, start + segment);
      entries.push({ kind: 'bytes', from, at, offset: offsets[from], bytes });
      offsets[from] += bytes.length;
    }
  });
  return { transport: 'tcp', entries };
}

const upgrade = (extensions = '') =>
  [
    ['client', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['server', `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n${extensions}\r\n`],
  ] as const;

const session = timeline([
  ...upgrade(),
  ['client', text('abc', { maskKey })],
  ['server', text('def')],
  ['server', writeFrame({ opcode: opcodes.close, payload: Buffer.from('\x03\xe8bye', 'latin1') })],
  ['server', 'fin'],
]);

const annotated = String.raw`client →  0.000 ms  bytes 0–26  request
       0  GET / HTTP/1.1\r\n
      16  Host: a\r\n
      25  \r\n

← server  1.000 ms  bytes 0–55  response
       0  HTTP/1.1 101 Switching Protocols\r\n
      34  Upgrade: websocket\r\n
      54  \r\n

client →  2.000 ms  bytes 27–35  text frame, FIN, masked, 3 bytes
      27  81                       1... ....  FIN       last frame of the message
                                   .000 ....  RSV       none set
                                   .... 0001  opcode    1 text
      28  83                       1... ....  MASK      masked
                                   .000 0011  length    3
      29  37 fa 21 3d                         key       masking key
      33  56 98 42                            payload, masked
          61 62 63                            payload   "abc"

← server  3.000 ms  bytes 56–60  text frame, FIN, not masked, 3 bytes
      56  81                       1... ....  FIN       last frame of the message
                                   .000 ....  RSV       none set
                                   .... 0001  opcode    1 text
      57  03                       0... ....  MASK      not masked
                                   .000 0011  length    3
      58  64 65 66                            payload   "def"

← server  4.000 ms  bytes 61–67  close frame, FIN, not masked, 5 bytes
      61  88                       1... ....  FIN       last frame of the message
                                   .000 ....  RSV       none set
                                   .... 1000  opcode    8 close
      62  05                       0... ....  MASK      not masked
                                   .000 0101  length    5
      63  03 e8                               code      1000 normal closure
      65  62 79 65                            reason    "bye"

← server  5.000 ms  FIN: nothing more will be sent

`;

test('writes a session as text', () => {
  assert.equal(annotate(session), annotated);
});

test('does not depend on how the bytes were cut', () => {
  const turns = session.entries.map(
    (entry) =>
      [(entry as { from: Side }).from, entry.kind === 'bytes' ? entry.bytes : 'fin'] as const,
  );
  assert.equal(annotate(timeline(turns, 1)), annotated);
});

test('points at the bytes of a mark, and leaves out what is far from it', () => {
  const mark = { from: 'server', offset: 59, length: 2, note: 'expected "xx"' } as const;
  assert.match(
    annotate(session, { mark }),
    /\n {6}58 {2}64 65 66 .*"def"\n {13}\^{5} expected "xx"\n/,
  );
  const one = { ...mark, length: 1, note: 'expected "x"' };
  assert.match(annotate(session, { mark: one }), /"def"\n {13}\^\^ expected "x"\n/);
  const near = annotate(session, { mark, context: 0 });
  assert.match(near, /^… 3 more …\n\n← server {2}3\.000 ms.*\n[\s\S]*\n… 2 more …\n\n$/);
  const header = { from: 'client', offset: 22, length: 1, note: 'this host' } as const;
  assert.match(
    annotate(session, { mark: header }),
    /\n {6}16 {2}Host: a\\r\\n\n {16}\^ this host\n/,
  );
});

const pings = (count: number) =>
  timeline([
    ...upgrade(),
    ...Array.from({ length: count }, () => ['server', Buffer.from('8900', 'hex')] as const),
  ]);

test('dissects only the blocks that are shown of a long conversation', (t) => {
  const mark = { from: 'server', offset: 256, length: 1, note: 'too-many' } as const;
  const bytesInHex = (options: AnnotateOptions) => {
    const { mock } = t.mock.method(Buffer.prototype, 'toString');
    annotate(pings(200), options);
    mock.restore();
    const calls: readonly { readonly arguments: readonly unknown[] }[] = mock.calls;
    return calls.filter(({ arguments: [form] }) => form === 'hex').length;
  };
  assert.ok(bytesInHex({}) > 200);
  for (const options of [{ mark, context: 1 }, { linesAtEnd: 30 }]) {
    const calls = bytesInHex(options);
    assert.ok(calls > 3 && calls < 50, `${calls}`);
  }
});

test('shows the last blocks that fit in so many lines, and how many precede them', () => {
  const whole = annotate(pings(9)).trimEnd().split('\n\n');
  const shown = annotate(pings(9), { linesAtEnd: 14 }).trimEnd().split('\n\n');
  assert.deepEqual(shown, ['… 9 more …', ...whole.slice(-2)]);
  assert.equal(shown.slice(1).join('\n\n').split('\n').length, 13);
  assert.deepEqual(annotate(pings(9), { linesAtEnd: 1 }).trimEnd().split('\n\n'), [
    '… 10 more …',
    ...whole.slice(-1),
  ]);
  assert.equal(annotate(pings(1), { linesAtEnd: 60 }), annotate(pings(1)));
});

test('keeps the note of a mark that is after the last byte', () => {
  const end = { from: 'server', offset: 68, length: 0, note: 'a Pong is missing here' } as const;
  assert.match(annotate(session, { mark: end }), /"bye"\n {18,}\^ a Pong is missing here\n/);
  const beyond = { from: 'client', offset: 500, length: 1, note: 'never sent' } as const;
  assert.match(annotate(session, { mark: beyond }), /⟶ client byte 500: never sent\n$/);
});

test('elides long payloads and long header lines', () => {
  const long = annotate(
    timeline([...upgrade(`X: ${'a'.repeat(5000)}\r\n`), ['server', text('z'.repeat(70_000))]]),
  );
  assert.match(long, /7f {23}0\.\.\. \.\.\.\. {2}MASK/);
  assert.match(long, /00 00 00 00 00 01 11 70 {13}length {4}70000\n/);
  assert.match(long, /… 69,968 more bytes\n/);
  assert.match(long, /a… 4605 more bytes\n/);
  assert.ok(long.length < 5000);
});

test('shows hostile bytes as escapes only', () => {
  const evil = '\x1b[2J\x07\u202e\u200b\u2028<script>\\"\n';
  const shown = annotate(
    timeline([
      ['client', 'GET /\x1b[31m HTTP/1.1\r\nX: \x9b\x00\r\n\r\n'],
      ...upgrade().slice(1),
      ['server', text(evil)],
      ['server', writeFrame({ opcode: opcodes.text, payload: Buffer.from('\xff\x1b', 'latin1') })],
      [
        'server',
        writeFrame({ opcode: opcodes.close, payload: Buffer.from('\x03\xe8\x1b\xff', 'latin1') }),
      ],
    ]),
  );
  const visible = /^[\n -~→←–…äöü·§⟶]*$/;
  assert.match(shown, visible);
  assert.match(shown, /\\x1b\[2J\\x07\\u\{202e\}\\u\{200b\}\\u\{2028\}<script>\\\\\\"\\n/);
  assert.match(shown, /control-character at 5\n/);
});

test('quotes text as text, bytes as bytes, and says where it was cut', () => {
  assert.equal(quote(Buffer.from('grüße 🙂')), '"grüße 🙂"');
  assert.equal(quote(Buffer.from('e282', 'hex')), '"\\xe2\\x82"');
  assert.equal(quote(Buffer.from('€'.repeat(200)), 10), `"${'€'.repeat(10)}"…`);
  assert.equal(quote(Buffer.alloc(0)), '""');
  assert.equal(escapeText('\ud800'), '\\u{d800}');
});

test('says what fragments and compressed messages became', () => {
  const deflated = deflateRawSync(Buffer.from('Hello'), { finishFlush: 2 }).subarray(0, -4);
  const shown = annotate(
    timeline([
      ...upgrade('Sec-WebSocket-Extensions: permessage-deflate\r\n'),
      ['client', text('He', { maskKey, fin: false })],
      [
        'client',
        writeFrame({ opcode: opcodes.continuation, payload: Buffer.from('llo'), maskKey }),
      ],
      ['server', writeFrame({ opcode: opcodes.text, rsv1: true, payload: deflated })],
      ['server', writeFrame({ opcode: opcodes.text, rsv1: true, payload: Buffer.of(0xff) })],
    ]),
  );
  assert.match(shown, /\n {10}message of 2 frames: 5 bytes: "Hello"\n/);
  assert.match(shown, /\.100 \.\.\.\. {2}RSV {7}RSV1 set: compressed message\n/);
  assert.match(shown, /\n {10}message: 5 bytes, inflated from 7 bytes: "Hello"\n/);
  assert.match(shown, /\n {10}message cannot be inflated: invalid block type\n/);
});

test('shows what was cut short, what came too early, and what a refusal carried', () => {
  const cut = annotate(
    timeline([...upgrade(), ['server', text('cut off').subarray(0, 5)], ['server', 'fin']]),
  );
  assert.match(
    cut,
    /text frame, FIN, not masked, cut short: 3 of 7 bytes\n[\s\S]*"cut"\n\n.* FIN: /,
  );
  const short = annotate(timeline([...upgrade(), ['server', text('x').subarray(0, 1)]]));
  assert.match(short, /unfinished frame header, 1 byte\n/);
  const head = annotate(timeline([['client', 'GET / HTTP/1.1\r\nHos']]));
  assert.match(head, /request, cut short\n[\s\S]*\n {6}16 {2}Hos\n/);
  const early = annotate(timeline([upgrade()[0], ['client', text('early', { maskKey })]]));
  assert.match(early, /bytes before the response, 11 bytes\n/);
  const refused = annotate(timeline([upgrade()[0], ['server', 'HTTP/1.1 403 No\r\n\r\nnope']]));
  assert.match(refused, /bytes 19–22 {2}body, 4 bytes\n.*6e 6f 70 65 .*"nope"\n/);
});

test('reports resets, timeouts, drops by the harness and what a script saw', () => {
  const shown = annotate({
    transport: 'tcp',
    entries: [
      { kind: 'rst', from: 'server', at: 1 },
      { kind: 'timeout', at: 2.5, waitingFor: 'a Close frame' },
      { kind: 'drop', from: 'server', at: 2.75 },
      { kind: 'script', at: 3, event: { type: 'close', code: 1006, reason: '', wasClean: false } },
    ],
  });
  assert.equal(
    shown,
    '← server  1.000 ms  RST: the connection is torn down\n\n' +
      '          2.500 ms  timeout: waited for a Close frame\n\n' +
      '← server  2.750 ms  the harness waits no longer and drops TCP\n\n' +
      'client →  3.000 ms  script: close 1006 "", not clean\n\n',
  );
});

test('gives fields that cover every byte of a frame', () => {
  const frame = writeFrame({
    opcode: opcodes.binary,
    payload: Buffer.alloc(300),
    maskKey,
    rsv2: true,
  });
  const block = dissect(timeline([...upgrade(), ['client', frame]])).at(-1)!;
  const covered = new Set<number>();
  for (const { offset, length } of block.fields) {
    for (let at = offset; at < offset + length; at += 1) covered.add(at);
  }
  assert.equal(covered.size, frame.length);
  assert.deepEqual(
    block.fields.map(({ name, bits, meaning, section }) => [name, bits, meaning, section]),
    [
      ['FIN', '1... ....', 'last frame of the message', 'RFC 6455 §5.2'],
      ['RSV', '.010 ....', 'RSV2 set', 'RFC 6455 §5.2'],
      ['opcode', '.... 0010', '2 binary', 'RFC 6455 §11.8'],
      ['MASK', '1... ....', 'masked', 'RFC 6455 §5.2'],
      ['length', '.111 1110', '126: in the next 16 bits', 'RFC 6455 §5.2'],
      ['length', undefined, '300', 'RFC 6455 §5.2'],
      ['key', undefined, 'masking key', 'RFC 6455 §5.3'],
      ['payload', undefined, `"${'\\x00'.repeat(15)}"…`, 'RFC 6455 §5.2'],
    ],
  );
});

test('a masked payload of several rows is shown below itself without its mask', () => {
  const frame = writeFrame({ opcode: opcodes.text, payload: Buffer.from('abcdefghij'), maskKey });
  const shown = annotate(timeline([...upgrade(), ['client', frame]])).split('\n');
  const first = shown.findIndex((line) => line.includes('61 62 63 64 65 66 67 68'));
  assert.match(shown[first]!, /payload {3}"abcdefghij"$/);
  assert.equal(shown[first + 1]!.trim(), '69 6a');
});

test('a mark on bytes that belong to no line of a head is shown on a separate line', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from('\r\n'));
  const mark = { from: 'client', offset: 1, length: 1, note: 'here' } as const;
  assert.match(annotate(recorder.timeline(), { mark }), /^ {10}⟶ here$/m);
});
