import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DirectionReader, isInterim } from './direction.ts';
import { readHead } from './http-head.ts';
import { MessageAssembler } from './messages.ts';
import { type Side, TimelineRecorder } from './timeline.ts';
import { opcodes, writeFrame } from './wire.ts';

const request = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const switching = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
const early = Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n');
const text = writeFrame({ opcode: opcodes.text, payload: Buffer.from('abc') });
const ping = writeFrame({ opcode: opcodes.ping, payload: Buffer.from('p') });
const pong = writeFrame({ opcode: opcodes.pong, payload: Buffer.from('q') });
const close = (...body: readonly number[]) =>
  writeFrame({ opcode: opcodes.close, payload: Uint8Array.from(body) });

/** Reads a stream that was recorded in segments of that size. */
function reading(side: Side, stream: Uint8Array, size = Infinity) {
  const reader = new DirectionReader(side);
  const recorder = new TimelineRecorder('tcp');
  const kinds: string[] = [];
  const push = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += Math.min(size, bytes.length)) {
      const entry = recorder.bytes(side, bytes.subarray(at, at + size));
      for (const { kind } of reader.read(entry)) kinds.push(kind);
    }
  };
  push(stream);
  const accept = () => {
    kinds.push(...reader.accept(new MessageAssembler(undefined)).map(({ kind }) => kind));
  };
  return { reader, kinds, push, accept };
}

const trailing = Uint8Array.of(0x81, 0x05, 0x61);
const vectors: readonly (readonly [name: string, frames: Buffer, events: readonly string[]])[] = [
  ['a text frame', text, ['frame', 'message']],
  ['a ping and a pong', Buffer.concat([ping, pong]), ['frame', 'ping', 'frame', 'pong']],
  ['a Close with a reason', close(0x03, 0xe8, 0x61), ['frame', 'close']],
];
for (const [name, frames, events] of vectors) {
  for (const [how, size, more] of [
    ['whole', Infinity, new Uint8Array(0)],
    ['byte by byte', 1, new Uint8Array(0)],
    ['with trailing bytes', Infinity, trailing],
  ] as const) {
    test(`${name} after a response is read, ${how}`, () => {
      const { reader, kinds, push, accept } = reading('server', switching, size);
      accept();
      push(Buffer.concat([frames, more]));
      assert.deepEqual(kinds, ['head', ...events]);
      assert.equal(reader.isBetweenFrames, more.length === 0);
      const { rest } = reader.direction(undefined);
      assert.deepEqual(Buffer.from(rest.bytes), Buffer.from(more));
      assert.equal(rest.frame?.complete, more.length > 0 ? false : undefined);
    });
  }
}

test('interim responses come before the head, and one without a status is final', () => {
  const { reader, kinds } = reading('server', Buffer.concat([early, early, switching]));
  const { head, interimHeads } = reader.direction(undefined);
  assert.deepEqual(kinds, ['head', 'head', 'head']);
  assert.equal(interimHeads.length, 2);
  assert.equal(head?.offset, 2 * early.length);
  assert.equal(isInterim(readHead(Buffer.from('HTTP/1.1 no status\r\n\r\n'), 'response')), false);
  assert.equal(isInterim(readHead(request, 'request')), false);
});

test('frames that precede the response are held, and read once it accepts', () => {
  const { reader, kinds, accept } = reading('client', Buffer.concat([request, text]));
  assert.deepEqual([kinds, reader.octetsAhead, reader.hasFrame], [['head'], text.length, false]);
  assert.equal(reader.direction(undefined).rest.offset, request.length);
  assert.equal(reader.isBetweenFrames, false);
  accept();
  assert.deepEqual([kinds, reader.octetsAhead], [['head', 'frame', 'message'], 0]);
  assert.equal(reader.hasFrame, true);
});

test('a response that comes before the end of the request opens frames after that end', () => {
  const { kinds, push, accept, reader } = reading('client', request.subarray(0, 10));
  accept();
  push(Buffer.concat([request.subarray(10), text]));
  assert.deepEqual(kinds, ['head', 'frame', 'message']);
  assert.equal(reader.direction(undefined).frames[0]?.offset, request.length);
});

test('what a refusal is followed by is a body', () => {
  const { reader, push } = reading('server', switching);
  reader.refuse();
  push(Buffer.from('sorry'));
  assert.equal(Buffer.from(reader.direction(undefined).body).toString(), 'sorry');
});

test('octets that Content-Length announces in a request are no frames', () => {
  const posted = Buffer.from('GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz');
  const { reader, kinds, push, accept } = reading('client', posted.subarray(0, -1));
  accept();
  assert.equal(reader.isBetweenFrames, false);
  push(Buffer.concat([posted.subarray(-1), text]));
  assert.deepEqual(kinds, ['head', 'frame', 'message']);
  const [frame] = reader.direction(undefined).frames;
  assert.equal(frame?.offset, posted.length);
  const { kinds: others } = reading(
    'client',
    Buffer.from('GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n'),
  );
  assert.deepEqual(others, ['head']);
});

test('the first Close counts; a body of one octet carries no code', () => {
  const closes = Buffer.concat([switching, close(0x03), close(0x03, 0xe9, 0x61)]);
  const { reader, accept } = reading('server', closes);
  accept();
  const first = reader.direction(undefined).close;
  assert.deepEqual([first?.code, first?.reason.length], [undefined, 1]);
  const { reader: coded, accept: acceptCoded } = reading(
    'server',
    Buffer.concat([switching, close(0x03, 0xe9, 0x61)]),
  );
  acceptCoded();
  const { close: second } = coded.direction(undefined);
  assert.deepEqual([second?.code, Buffer.from(second!.reason).toString()], [1001, 'a']);
});

test('an ending of the side itself counts before a time-out', () => {
  const timeout = { how: 'timeout', at: 9, waitingFor: 'a Close frame' } as const;
  const open = reading('server', switching).reader;
  assert.deepEqual(open.direction(undefined).ending, { how: 'open' });
  assert.deepEqual(open.direction(timeout).ending, timeout);
  open.end('fin', 3);
  assert.deepEqual(open.direction(timeout).ending, { how: 'fin', at: 3 });
  open.overflow('4 MiB', 5);
  assert.deepEqual(open.direction(timeout).ending, { how: 'overflow', at: 5, limit: '4 MiB' });
});

test('a frame that was cut has the time of the end', () => {
  const { reader, push, accept } = reading('server', switching);
  accept();
  push(text.subarray(0, 3));
  assert.equal(reader.direction(undefined).rest.frame?.at, 0);
  reader.end('rst', 7);
  assert.equal(reader.direction(undefined).rest.frame?.at, 7);
});

test('a head that was cut is shown as far as it came', () => {
  const { reader } = reading('client', request.subarray(0, 20));
  const { head, rest } = reader.direction(undefined);
  assert.equal(head, undefined);
  assert.equal(rest.head?.complete, false);
});
