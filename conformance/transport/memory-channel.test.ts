import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelLog } from '../testing/channel-log.ts';
import type { Channel } from './channel.ts';
import { channelPair } from './memory-channel.ts';

const octets = (text: string) => Buffer.from(text, 'latin1');

/** Both ends, read. */
function openPair(): { one: Channel; other: Channel; first: ChannelLog; second: ChannelLog } {
  const [one, other] = channelPair();
  return { one, other, first: ChannelLog.of(one), second: ChannelLog.of(other) };
}

test('bytes arrive in order, in both directions', async () => {
  const { one, other, first, second } = openPair();
  one.write(octets('a'));
  one.write(octets('b'));
  other.write(octets('c'));
  await Promise.all([second.read('ab'), first.read('c')]);
  assert.deepEqual(one.description, { ...other.description });
  assert.equal(one.description.transport, 'tcp');
});

test('nothing is reported from inside a call', async () => {
  const { one, second } = openPair();
  one.write(octets('a'));
  assert.equal(second.text, '');
  await second.read('a');
});

test('an end in order leaves the other direction open', async () => {
  const { one, other, first, second } = openPair();
  one.end('fin', octets('last'));
  one.end('fin');
  await second.reported('fin');
  assert.equal(second.text, 'last');
  assert.equal(one.writable, false);
  other.write(octets('still here'));
  await first.read('still here');
  other.end('fin');
  await Promise.all([first.reported('closed'), second.reported('closed')]);
  assert.deepEqual(first.reports, ['fin', 'closed']);
  assert.deepEqual(second.reports, ['fin', 'closed']);
});

test('a reset ends both directions, after what was written', async () => {
  const { one, other, first, second } = openPair();
  one.end('rst', octets('last'));
  await Promise.all([first.reported('closed'), second.reported('closed')]);
  assert.equal(second.text, 'last');
  assert.deepEqual(second.reports, ['rst', 'closed']);
  assert.deepEqual(first.reports, ['closed']);
  other.end('rst');
  other.destroy();
  assert.equal(other.writable, false);
});

test('an end that has ended its direction can still reset the connection', async () => {
  const { one, second } = openPair();
  one.end('fin');
  one.end('rst');
  await second.reported('closed');
  assert.deepEqual(second.reports, ['fin', 'rst', 'closed']);
});

test('an end that is destroyed ends its direction', async () => {
  const { one, first, second, other } = openPair();
  one.destroy();
  await Promise.all([second.reported('fin'), first.reported('closed')]);
  other.destroy();
  await second.reported('closed');
  assert.deepEqual(first.reports, ['closed']);
});

test('an end that is destroyed with something unread resets the connection', async () => {
  const { one, other, second } = openPair();
  one.pause();
  other.write(octets('unread'), () => second.ended('fin'));
  one.end('fin');
  await second.reported('fin');
  one.destroy();
  await second.reported('rst');
});

test('a write to an end that is gone resets the writer', async () => {
  const { one, other, second } = openPair();
  one.destroy();
  await second.reported('fin');
  const flushed = new Promise<void>((resolve) => other.write(octets('late'), resolve));
  await Promise.all([flushed, second.reported('rst'), second.reported('closed')]);
  assert.deepEqual(second.reports, ['fin', 'rst', 'closed']);
});

test('a write after the end of its direction goes nowhere', async () => {
  const { one, second } = openPair();
  one.end('fin');
  await new Promise<void>((resolve) => one.write(octets('late'), resolve));
  one.write(octets('later'));
  await second.reported('fin');
  assert.equal(second.text, '');
});

test('nothing is read before an end is opened, or while it is paused', async () => {
  const [one, other] = channelPair();
  one.write(octets('early'));
  await new Promise((resolve) => setImmediate(resolve));
  const second = ChannelLog.of(other);
  await second.read('early');
  other.pause();
  one.write(octets('held'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(second.text, 'early');
  other.resume();
  await second.read('held');
});

test('a later owner takes the place of an earlier one', async () => {
  const { one, other, second } = openPair();
  one.write(octets('a'));
  await second.read('a');
  const later = ChannelLog.of(other);
  one.write(octets('b'));
  await later.read('b');
  assert.equal(second.text, 'a');
  one.end('rst');
  await later.reported('closed');
  assert.deepEqual(ChannelLog.of(other).reports, ['closed']);
});

test('a writer that is ahead of its reader needs a drain, and gets it', async () => {
  const { one, other, first } = openPair();
  other.pause();
  one.write(Buffer.alloc(64 * 1024 - 1));
  assert.equal(one.needsDrain, false);
  one.write(octets('x'));
  assert.equal(one.needsDrain, true);
  assert.equal(one.buffered, 64 * 1024);
  other.resume();
  await first.reported('drained');
  assert.equal(one.buffered, 0);
});
