import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesFrom, lengthFrom, otherSide, TimelineRecorder } from './timeline.ts';

const bytes = (text: string) => Buffer.from(text);

test('each entry has the offset in the stream of its side, and times that do not go back', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.bytes('client', bytes('abc'));
  recorder.bytes('server', bytes('12'));
  recorder.bytes('client', bytes('de'));
  const { transport, entries } = recorder.timeline();
  assert.equal(transport, 'tcp');
  assert.deepEqual(
    entries.map((entry) => (entry.kind === 'bytes' ? [entry.from, entry.offset] : [])),
    [
      ['client', 0],
      ['server', 0],
      ['client', 3],
    ],
  );
  assert.ok(entries.every(({ at }, index) => at >= (entries[index - 1]?.at ?? 0)));
});

test('the stream of a side is joined, whole or as much of it as asked for', () => {
  const recorder = new TimelineRecorder('tcp');
  for (const text of ['ab', 'cd', 'ef']) recorder.bytes('client', bytes(text));
  recorder.bytes('server', bytes('other'));
  const timeline = recorder.timeline();
  assert.equal(bytesFrom(timeline, 'client').toString(), 'abcdef');
  assert.equal(bytesFrom(timeline, 'client', 3).toString(), 'abc');
  assert.deepEqual([lengthFrom(timeline, 'client'), lengthFrom(timeline, 'server')], [6, 5]);
});

test('the length of a side that wrote nothing is 0', () => {
  const timeline = new TimelineRecorder('tls').timeline();
  assert.equal(lengthFrom(timeline, 'client'), 0);
  assert.equal(bytesFrom(timeline, 'client').length, 0);
});

test('an entry can be shortened, and the next one follows its last octet', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.shorten(recorder.bytes('server', bytes('abcdef')), 2);
  recorder.bytes('server', bytes('x'));
  assert.equal(bytesFrom(recorder.timeline(), 'server').toString(), 'abx');
});

test('ends, time-outs, limits, drops and events of a script are entries with their words', () => {
  const recorder = new TimelineRecorder('tcp');
  recorder.end('fin', 'client');
  recorder.timeout('a Close frame');
  recorder.overflow('server', '4 MiB');
  recorder.script({ type: 'error' });
  recorder.drop('client');
  assert.deepEqual(
    recorder.timeline().entries.map(({ at: _, ...entry }) => entry),
    [
      { kind: 'fin', from: 'client' },
      { kind: 'timeout', waitingFor: 'a Close frame' },
      { kind: 'overflow', from: 'server', limit: '4 MiB' },
      { kind: 'script', event: { type: 'error' } },
      { kind: 'drop', from: 'client' },
    ],
  );
});

test('a timeline is a copy: what is recorded later does not appear in it', () => {
  const recorder = new TimelineRecorder('tcp');
  const before = recorder.timeline();
  recorder.end('rst', 'server');
  assert.deepEqual(before.entries, []);
});

test('each side is the other one of the other', () => {
  assert.deepEqual([otherSide('client'), otherSide('server')], ['server', 'client']);
});
