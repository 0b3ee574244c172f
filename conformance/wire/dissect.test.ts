import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dissect, outline } from './dissect.ts';
import { type ScriptEvent, TimelineRecorder } from './timeline.ts';
import { opcodes, writeFrame } from './wire.ts';

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const response = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
const text = writeFrame({ opcode: opcodes.text, payload: Buffer.from('abc') });

function opened(): TimelineRecorder {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from(request));
  recorder.bytes('server', Buffer.from(response));
  return recorder;
}
const titles = (recorder: TimelineRecorder) =>
  dissect(recorder.timeline()).map(({ title }) => title);

test('the blocks of a side cover each octet of its stream once, in order', () => {
  const recorder = opened();
  recorder.bytes('server', Buffer.concat([text, text, text.subarray(0, 3)]));
  recorder.end('fin', 'server');
  let end = 0;
  for (const { from, offset, length, kind } of dissect(recorder.timeline())) {
    if (from !== 'server' || kind === 'event') continue;
    assert.equal(offset, end);
    end += length;
  }
  assert.equal(end, response.length + 2 * text.length + 3);
});

test('an outline has the place of each block, and its fields on request', () => {
  const recorder = opened();
  recorder.bytes('server', text);
  const blocks = outline(recorder.timeline());
  assert.deepEqual(
    blocks.map(({ kind, from, offset, length }) => [kind, from, offset, length]),
    [
      ['head', 'client', 0, request.length],
      ['head', 'server', 0, response.length],
      ['frame', 'server', response.length, text.length],
    ],
  );
  assert.deepEqual(
    blocks[0]!.block().fields.map(({ name }) => name),
    ['request line', 'Host', 'end'],
  );
});

test('what is unfinished comes before the end of its side, else last', () => {
  const ended = opened();
  ended.bytes('server', text.subarray(0, 1));
  ended.end('rst', 'server');
  assert.deepEqual(titles(ended).slice(2), [
    'unfinished frame header, 1 byte',
    'RST: the connection is torn down',
  ]);
  const open = opened();
  open.bytes('server', text.subarray(0, 3));
  assert.deepEqual(titles(open).slice(2), ['text frame, FIN, not masked, cut short: 1 of 3 bytes']);
});

test('bytes that come before the response are named so', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.concat([Buffer.from(request), text]));
  assert.deepEqual(titles(recorder), ['request', 'bytes before the response, 5 bytes']);
});

test('a head that was cut has no end line; its anomalies are remarks', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from('GET / HTTP/1.1\nHost'));
  const [block] = dissect(recorder.timeline());
  assert.equal(block?.title, 'request, cut short');
  assert.deepEqual(
    block?.fields.map(({ name }) => name),
    ['request line', ''],
  );
  assert.deepEqual(block?.remarks, ['bare-lf at 14', 'missing-colon at 15']);
});

test('the body of a refusal stands after its head', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', Buffer.from(request));
  recorder.bytes('server', Buffer.from('HTTP/1.1 403 No\r\n\r\nsorry'));
  const [, head, body] = dissect(recorder.timeline());
  assert.deepEqual([head?.title, body?.title], ['response', 'body, 5 bytes']);
  assert.equal(body?.fields[0]?.meaning, '"sorry"');
});

test('what is no bytes is an event with its words', () => {
  const recorder = opened();
  recorder.timeout('a Close\u0007 frame');
  recorder.overflow('server', '4 MiB');
  recorder.drop('client');
  recorder.end('fin', 'client');
  assert.deepEqual(titles(recorder).slice(2), [
    'timeout: waited for a Close\\x07 frame',
    'more than 4 MiB: nothing is recorded from here on',
    'the harness waits no longer and drops TCP',
    'FIN: nothing more will be sent',
  ]);
});

const events: readonly (readonly [event: ScriptEvent, words: string])[] = [
  [{ type: 'open', protocol: 'a', extensions: '' }, 'open, protocol "a", extensions ""'],
  [{ type: 'message', binary: true, length: 2048 }, 'binary message, 2,048 bytes'],
  [
    { type: 'message', binary: false, length: 1, data: Buffer.from('x') },
    'text message, 1 byte: "x"',
  ],
  [{ type: 'error' }, 'error'],
  [{ type: 'error', message: 'a\u0007' }, 'error "a\\x07"'],
  [{ type: 'close', code: 1000, reason: 'bye', wasClean: true }, 'close 1000 "bye"'],
  [{ type: 'close', code: 1006, reason: '', wasClean: false }, 'close 1006 "", not clean'],
  [{ type: 'value', name: 'state', value: { a: 1 } }, '"state" is "{\\"a\\":1}"'],
  [{ type: 'value', name: 'none', value: undefined }, '"none" is "undefined"'],
];
for (const [event, words] of events) {
  test(`the script event ${words} is shown`, () => {
    const recorder = opened();
    recorder.script(event);
    assert.deepEqual(titles(recorder).slice(2), [`script: ${words}`]);
  });
}
