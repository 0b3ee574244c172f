import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConversation } from '../wire/conversation.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { type RecordActivity, Recording } from './recording.ts';

const request = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const response = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
const ping = (payload = '') => writeFrame({ opcode: opcodes.ping, payload: Buffer.from(payload) });

function opened(): Recording {
  const recording = new Recording('tcp', 'connection 7');
  recording.recordBytes('client', request);
  recording.recordBytes('server', response);
  return recording;
}

test('entries are recorded in order, and read as one conversation', () => {
  const recording = opened();
  recording.recordBytes('server', ping('a'));
  recording.recordEnd('fin', 'client');
  recording.recordTimeout('the end of TCP');
  recording.recordDrop('client');
  const timeline = recording.timeline();
  assert.deepEqual(
    timeline.entries.map(({ kind }) => kind),
    ['bytes', 'bytes', 'bytes', 'fin', 'timeout', 'drop'],
  );
  assert.equal(timeline.transport, 'tcp');
  assert.deepEqual(recording.conversation(), readConversation(timeline));
  assert.deepEqual(recording.bytes('client'), request);
  assert.match(recording.annotated(), /GET/);
  assert.deepEqual(
    recording.events.map(({ kind }) => kind),
    ['head', 'head', 'frame', 'ping', 'fin', 'timeout', 'drop'],
  );
});

test('what is asked while a connection lives needs no whole conversation', () => {
  const recording = new Recording('tls');
  assert.equal(recording.head('client'), undefined);
  recording.recordBytes('client', Buffer.concat([request, ping()]));
  assert.equal(recording.head('client')?.from, 'client');
  assert.equal(recording.octetsAhead('client'), 2);
  recording.recordBytes('server', response);
  assert.equal(recording.octetsAhead('client'), 0);
  assert.equal(recording.hasFrame('client'), true);
  assert.equal(recording.isBetweenFrames('server'), true);
  recording.recordBytes('server', ping('abc').subarray(0, 3));
  assert.equal(recording.isBetweenFrames('server'), false);
  assert.equal(recording.rest('server').bytes.length, 3);
});

test('subscribers get every entry with what it completed, until they stop', () => {
  const recording = opened();
  const seen: RecordActivity[] = [];
  const stop = recording.subscribe((activity) => seen.push(activity));
  recording.recordBytes('server', ping());
  recording.close();
  recording.close();
  stop();
  recording.recordEnd('rst', 'server');
  assert.deepEqual(
    seen.map((activity) =>
      activity.kind === 'entry'
        ? `${activity.entry.kind}: ${activity.events.map(({ kind }) => kind)}`
        : activity.kind,
    ),
    ['bytes: frame,ping', 'closed'],
  );
});

test('waits look once after all that a subscriber records in turn', async () => {
  const recording = opened();
  recording.subscribe((activity) => {
    if (activity.kind === 'entry' && activity.events.some((event) => event.kind === 'ping')) {
      recording.recordBytes('client', Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
    }
  });
  let looks = 0;
  const waited = recording.until(() => {
    looks += 1;
    return recording.hasFrame('client');
  });
  recording.recordBytes('server', Buffer.concat([ping(), ping(), ping()]));
  assert.equal(await waited, 'met');
  assert.equal(looks, 2);
});

test('an exceeded budget ends the record right there, with an overflow', () => {
  const recording = opened();
  let left = 3;
  const parts: number[] = [];
  const budget = {
    mostAtOnce: 4,
    spend(octets: number, events: readonly { kind: string }[]) {
      parts.push(octets);
      left -= events.filter(({ kind }) => kind === 'frame').length;
      return left < 0 ? '3 frames' : undefined;
    },
  };
  recording.recordBytes('server', Buffer.alloc(20, '8900', 'hex'), budget);
  assert.equal(recording.isCut, true);
  recording.recordBytes('server', ping(), budget);
  recording.recordBytes('client', ping());
  recording.recordEnd('fin', 'server');
  assert.deepEqual(parts, [4, 4]);
  const { server } = recording.conversation();
  assert.equal(server.frames.length, 4);
  assert.deepEqual(
    recording
      .timeline()
      .entries.slice(2)
      .map((entry) => (entry.kind === 'bytes' ? entry.bytes.length : entry.kind)),
    [8, 'overflow', 'fin'],
  );
});

test('a budget that is not exceeded changes nothing', () => {
  const recording = opened();
  const bytes = Buffer.concat([ping('a'), ping('b')]);
  recording.recordBytes('server', bytes, { mostAtOnce: 2, spend: () => undefined });
  assert.equal(recording.isCut, false);
  assert.deepEqual(recording.conversation(), readConversation(recording.timeline()));
  assert.equal(recording.conversation().server.frames.length, 2);
});

test('messages of a side inflate to no more than there is room for', () => {
  const recording = new Recording('tcp');
  recording.roomToInflate = 10;
  recording.recordBytes('client', request);
  const offer = 'Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n';
  recording.recordBytes('server', Buffer.from(`${response}`.replace(/\r\n$/, offer)));
  // 64 times an "a", deflated (RFC 7692 §7.2.1).
  const bomb = Buffer.from('4a4ca40c0000', 'hex');
  recording.recordBytes('server', writeFrame({ opcode: opcodes.text, payload: bomb, rsv1: true }));
  assert.equal(recording.conversation().server.messages[0]?.isTooLarge, true);
});

test('an event is found in the past, or awaited', async () => {
  const recording = opened();
  const isPing = (event: { kind: string }) => event.kind === 'ping';
  const awaited = recording.event('ping', isPing);
  recording.recordBytes('server', ping('a'));
  const event = await awaited;
  assert.equal(event.kind, 'ping');
  assert.equal(await recording.event('ping', isPing), event);
});

test('an event that does not come is an error that shows the record', async () => {
  const recording = opened();
  const isPing = (event: { kind: string }) => event.kind === 'ping';
  await assert.rejects(
    recording.event('ping', isPing, { timeout: 1 }),
    /^Error: after 1 ms: connection 7: no ping\n[\s\S]*GET/,
  );
  await assert.rejects(
    recording.event('ping', isPing, { signal: AbortSignal.abort() }),
    /aborted: connection 7: no ping/,
  );
  recording.failure = 'could not connect to 127.0.0.1:1: refused';
  recording.close();
  await assert.rejects(
    recording.event('ping', isPing),
    /^Error: connection 7: no ping\n[\s\S]*Not recorded: could not connect/,
  );
});

test('the whole timeline is there once the connection is over', async () => {
  const recording = opened();
  await assert.rejects(recording.closed({ timeout: 1 }), /after 1 ms: connection 7 is still open/);
  const closed = recording.closed();
  recording.recordEnd('fin', 'server');
  recording.close();
  assert.deepEqual(await closed, recording.timeline());
  assert.equal(recording.isClosed, true);
  assert.equal(await recording.until(() => false), 'closed');
});

test('a notification has waits look at what is not on the record', async () => {
  const recording = opened();
  let isMet = false;
  const waited = recording.until(() => isMet);
  isMet = true;
  recording.notify();
  assert.equal(await waited, 'met');
});

test('a limit on waits ends them early', async () => {
  const recording = opened();
  const waited = recording.until(() => false, { timeout: 3_600_000 });
  recording.limitWaits(1);
  assert.equal(await waited, 'timeout');
});

test('a fault while an entry is reported is thrown to everyone who waits', async () => {
  const recording = opened();
  const waited = recording.until(() => false);
  recording.subscribe(() => {
    throw new Error('cannot go on');
  });
  recording.recordBytes('server', ping());
  await assert.rejects(waited, /cannot go on/);
  await assert.rejects(recording.closed(), /cannot go on/);
  assert.throws(() => recording.requireSound(), /cannot go on/);
  assert.match(recording.failure!, /reading it failed: Error: cannot go on/);
});
