import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, orRefused, refused } from '../format/expectation.ts';
import { madeCase } from '../testing/made-case.ts';
import { type Timeline, TimelineRecorder } from '../wire/timeline.ts';
import { writeFrame } from '../wire/wire.ts';
import { judge } from './judge.ts';

const offered = { request: { fields: [['Sec-WebSocket-Protocol', 'chat']] } } as const;
const testCase = madeCase({ handshake: offered, alive: 'untested', expect: accepted() });
const target = { role: 'server', echo: true, headers: ['sec-websocket-protocol'] } as const;

function timelineOf(record: (timeline: TimelineRecorder) => void): Timeline {
  const recorder = new TimelineRecorder('tcp');
  const request = [
    'GET / HTTP/1.1',
    'Host: a',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: chat',
  ];
  recorder.bytes('client', Buffer.from(`${request.join('\r\n')}\r\n\r\n`));
  record(recorder);
  return recorder.timeline();
}

const accept =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';
const close = writeFrame({ opcode: 8, payload: Buffer.of(0x0f, 0xa0) });

const refusals: Readonly<Record<string, (recorder: TimelineRecorder) => void>> = {
  'a status of 400': (recorder) => recorder.bytes('server', Buffer.from('HTTP/1.1 400 No\r\n\r\n')),
  'a status of 501': (recorder) => recorder.bytes('server', Buffer.from('HTTP/1.1 501 No\r\n\r\n')),
  'a reset': (recorder) => recorder.end('rst', 'server'),
  silence: (recorder) => recorder.timeout('the response to the handshake'),
  'a 101 and a FIN': (recorder) => {
    recorder.bytes('server', Buffer.from(accept));
    recorder.end('fin', 'server');
  },
  'a 101 and a Close': (recorder) => {
    recorder.bytes('server', Buffer.from(accept));
    recorder.bytes('server', close);
    recorder.end('fin', 'server');
  },
};
for (const [how, record] of Object.entries(refusals)) {
  test(`${how} for a subprotocol that replaces the given one is skipped`, () => {
    const { verdict, observed } = judge(testCase, timelineOf(record), target);
    assert.equal(verdict, 'skip');
    assert.match(observed, /refused without the sec-websocket-protocol that the options give$/);
  });

  test(`${how} is judged if no such header is given`, () => {
    const { verdict } = judge(testCase, timelineOf(record), { ...target, headers: [] });
    assert.notEqual(verdict, 'skip');
  });
}

test('what the case expects to be refused is judged', () => {
  const record = refusals['a status of 400']!;
  for (const expect of [refused(), orRefused(accepted())]) {
    const { verdict } = judge({ ...testCase, expect }, timelineOf(record), target);
    assert.equal(verdict, 'pass');
  }
});

test('silence is no fault where a refusal is allowed and the given header is replaced', () => {
  const either = { ...testCase, expect: orRefused(accepted()) };
  const silence = timelineOf(refusals.silence!);
  assert.equal(judge(either, silence, target).verdict, 'skip');
  assert.equal(judge(either, silence, { ...target, headers: [] }).verdict, 'fail');
});

test('a wrong answer is judged', () => {
  const record = (recorder: TimelineRecorder) =>
    recorder.bytes('server', Buffer.from(accept.replace('s3p', 'xxx')));
  assert.equal(judge(testCase, timelineOf(record), target).verdict, 'fail');
});
