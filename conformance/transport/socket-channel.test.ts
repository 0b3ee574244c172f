import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testCertificate } from '../testing/certificate.ts';
import { ChannelLog } from '../testing/channel-log.ts';
import type { Channel } from './channel.ts';
import { dial } from './dial.ts';
import { listen } from './listen.ts';

const octets = (text: string) => Buffer.from(text, 'latin1');

/** Both ends of one connection. */
async function connected(t: TestContext, transport: 'tcp' | 'tls') {
  const certificate = await testCertificate();
  const isSecure = transport === 'tls';
  let accept!: (channel: Channel) => void;
  const accepted = new Promise<Channel>((resolve) => {
    accept = resolve;
  });
  const listener = await listen({ tls: isSecure ? certificate : undefined }, accept);
  t.after(() => listener.close());
  const { host, port } = listener;
  const client = await dial({ host, port, tls: isSecure ? { ca: certificate.cert } : undefined });
  return { client, server: await accepted };
}

for (const transport of ['tcp', 'tls'] as const) {
  test(`${transport}: bytes and ends arrive in order, one direction at a time`, async (t) => {
    const { client, server } = await connected(t, transport);
    const [one, other] = [ChannelLog.of(client), ChannelLog.of(server)];
    await new Promise<void>((resolve) => client.write(octets('a'), resolve));
    client.write(octets('b'));
    client.end('fin', octets('last'));
    assert.equal(client.writable, false);
    await other.reported('fin');
    assert.equal(other.text, 'ablast');
    server.write(octets('still here'));
    server.end('fin');
    await Promise.all([one.reported('closed'), other.reported('closed')]);
    assert.equal(one.text, 'still here');
    assert.deepEqual(
      [one.reports, other.reports],
      [
        ['fin', 'closed'],
        ['fin', 'closed'],
      ],
    );
  });

  test(`${transport}: a reset is one for the other end`, async (t) => {
    const { client, server } = await connected(t, transport);
    const [one, other] = [ChannelLog.of(client), ChannelLog.of(server)];
    // Node sends a FIN before a reset while something it wrote is not acknowledged.
    client.write(octets('a'));
    await other.read('a');
    server.write(octets('b'));
    await one.read('b');
    client.end('rst');
    await Promise.all([one.reported('closed'), other.reported('closed')]);
    assert.deepEqual([one.reports, other.reports], [['closed'], ['rst', 'closed']]);
  });
}

test('what is written with a reset leaves before it', async (t) => {
  const { client, server } = await connected(t, 'tcp');
  const other = ChannelLog.of(server);
  client.end('rst', octets('last'));
  await other.read('last');
});

test('an owner that comes later gets the ends that came before it', async (t) => {
  const { client, server } = await connected(t, 'tcp');
  const first = ChannelLog.of(server);
  client.end('fin', octets('all'));
  await first.reported('fin');
  const later = ChannelLog.of(server);
  assert.deepEqual(later.reports, ['fin']);
  server.end('fin');
  await later.reported('closed');
  assert.deepEqual(first.reports, ['fin']);
  assert.equal(later.text, '');
});

test('a channel that is destroyed reports only that it is closed', async (t) => {
  const { client, server } = await connected(t, 'tcp');
  const one = ChannelLog.of(client);
  server.write(octets('late'));
  server.end('fin');
  client.destroy();
  await one.reported('closed');
  assert.deepEqual([one.text, one.reports], ['', ['closed']]);
});

test('a paused channel reads nothing until it is resumed', async (t) => {
  const { client, server } = await connected(t, 'tcp');
  const other = ChannelLog.of(server);
  server.pause();
  await new Promise<void>((resolve) => client.write(octets('held'), resolve));
  assert.equal(other.text, '');
  server.resume();
  await other.read('held');
});

test('a writer that is ahead of its reader needs a drain, and gets it', async (t) => {
  const { client, server } = await connected(t, 'tcp');
  const [one, other] = [ChannelLog.of(client), ChannelLog.of(server)];
  server.pause();
  while (!client.needsDrain) client.write(Buffer.alloc(1 << 20));
  assert.ok(client.buffered > 0);
  server.resume();
  await one.reported('drained');
  assert.equal(client.needsDrain, false);
  client.end('fin');
  await other.reported('fin');
});
