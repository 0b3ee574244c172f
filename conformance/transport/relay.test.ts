import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelLog } from '../testing/channel-log.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import type { Channel } from './channel.ts';
import { channelPair } from './memory-channel.ts';
import { budgetOf } from './record-limit.ts';
import { Recording } from './recording.ts';
import { answer, Relay, type RelayOptions } from './relay.ts';
import { rewriteHead } from './transform.ts';

const octets = (text: string) => Buffer.from(text, 'latin1');
const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const response = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
const ping = writeFrame({ opcode: opcodes.ping, payload: octets('hi') });

/** A relay between two channels of this process, and their far ends. */
function relayed(options: Partial<RelayOptions> = {}, server?: Promise<Channel>) {
  const [clientEnd, forClient] = channelPair();
  const [serverEnd, forServer] = channelPair();
  const recording = new Recording('tcp');
  const relay = new Relay(forClient, server ?? forServer, { recording, ...options });
  return {
    ...{ relay, recording, clientEnd, serverEnd, forClient, forServer },
    client: ChannelLog.of(clientEnd),
    server: ChannelLog.of(serverEnd),
  };
}

/** What the record has: `client 3`, `server fin`. */
const recorded = ({ recording }: { recording: Recording }) =>
  recording
    .timeline()
    .entries.map((entry) =>
      entry.kind === 'bytes'
        ? `${entry.from} ${entry.bytes.length}`
        : `${'from' in entry && entry.from} ${entry.kind}`,
    );

async function opened(options: Partial<RelayOptions> = {}) {
  const all = relayed(options);
  all.clientEnd.write(octets(request));
  await all.server.read('\r\n\r\n');
  all.serverEnd.write(octets(response));
  await all.client.read('\r\n\r\n');
  return all;
}

test('bytes and ends go on in both directions, and are recorded', async () => {
  const all = await opened();
  all.clientEnd.end('fin', octets('last'));
  await all.server.reported('fin');
  all.serverEnd.write(octets('answer'));
  all.serverEnd.end('fin');
  await all.recording.closed();
  assert.equal(all.server.text, `${request}last`);
  assert.equal(all.client.text, `${response}answer`);
  assert.deepEqual(recorded(all).slice(2), ['client 4', 'client fin', 'server 6', 'server fin']);
  assert.equal(all.recording.failure, undefined);
});

for (const side of ['client', 'server'] as const) {
  test(`a reset of the ${side} is one for the other end, after its bytes`, async () => {
    const all = relayed();
    const [from, to] =
      side === 'client' ? [all.clientEnd, all.server] : [all.serverEnd, all.client];
    from.end('rst', octets('last'));
    await all.recording.closed();
    await to.reported('closed');
    assert.equal(to.text, 'last');
    assert.deepEqual(to.reports, ['rst', 'closed']);
    assert.deepEqual(recorded(all), [`${side} 4`, `${side} rst`]);
  });
}

test('a reset overtakes nothing that the other end has not read yet', async () => {
  const all = relayed();
  all.serverEnd.pause();
  all.clientEnd.end('rst', octets('last'));
  await all.recording.until(() => all.recording.timeline().entries.length === 2);
  all.serverEnd.resume();
  await all.server.reported('rst');
  assert.equal(all.server.text, 'last');
});

test('nothing is read from the client before the server is there', async () => {
  let connect!: (channel: Channel) => void;
  const server = new Promise<Channel>((resolve) => {
    connect = resolve;
  });
  const all = relayed({}, server);
  all.clientEnd.write(octets('early'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(recorded(all), []);
  connect(all.forServer);
  await all.server.read('early');
});

test('a server that cannot be reached resets the client, and the record has the reason', async () => {
  const all = relayed({}, Promise.reject(new Error('could not connect to a:1: refused')));
  await all.client.reported('rst');
  await all.recording.closed();
  assert.deepEqual(recorded(all), []);
  assert.equal(all.recording.failure, 'could not connect to a:1: refused');
});

test('a slow reader slows the writer down', async () => {
  const all = await opened();
  all.serverEnd.pause();
  let written = 0;
  while (!all.clientEnd.needsDrain && written < 100) {
    all.clientEnd.write(Buffer.alloc(16 * 1024));
    written += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(written < 100, 'the relay took everything');
  all.clientEnd.end('fin');
  all.serverEnd.resume();
  await all.server.reported('fin');
  assert.equal(all.server.text.length, request.length + written * 16 * 1024);
});

test('bytes that were read before come first', async () => {
  const all = relayed({ received: octets('GET / ') });
  all.clientEnd.write(octets('HTTP/1.1\r\n\r\n'));
  await all.server.read('GET / HTTP/1.1\r\n\r\n');
  assert.deepEqual(recorded(all), ['client 6', 'client 12']);
});

test('what is transformed is recorded as it goes on', async () => {
  const client = rewriteHead((head) => head.replace('Host: a', 'Host: elsewhere'));
  const all = await opened({ transform: { client } });
  assert.match(all.server.text, /^GET \/ HTTP\/1\.1\r\nHost: elsewhere\r\n\r\n$/);
  assert.deepEqual(all.recording.bytes('client'), octets(all.server.text));
});

test('what a transform still holds goes on before the end of its stream', async () => {
  const all = relayed({ transform: { client: rewriteHead((head) => head) } });
  all.clientEnd.end('fin', octets('GET / HT'));
  await all.server.reported('fin');
  assert.equal(all.server.text, 'GET / HT');
  assert.deepEqual(recorded(all), ['client 8', 'client fin']);
});

test('an injected frame is on the record of its side, and known as injected', async () => {
  const all = await opened();
  await all.relay.inject('server', ping);
  await all.client.read('hi');
  const { frames } = all.recording.conversation().server;
  assert.equal(frames[0]?.offset, response.length);
  assert.equal(all.relay.isInjected('server', response.length), true);
  assert.equal(all.relay.isInjected('server', response.length - 1), false);
  assert.equal(all.relay.isInjected('server', response.length + ping.length), false);
  assert.equal(all.relay.isInjected('client', 0), false);
});

test('an injection waits until its side is between two frames', async () => {
  const all = await opened();
  all.serverEnd.write(ping.subarray(0, 3));
  await all.client.until(() => all.client.text.length === response.length + 3);
  let isDone = false;
  const injection = all.relay.inject('server', ping).then(() => {
    isDone = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isDone, false);
  all.serverEnd.write(ping.subarray(3));
  await injection;
  await all.client.read('hi\x89\x02hi');
});

test('nothing can be injected into a stream that has ended, or whose reader is gone', async () => {
  const all = await opened();
  all.serverEnd.end('fin');
  await all.client.reported('fin');
  await assert.rejects(all.relay.inject('server', ping), /stream of the server has ended/);
  all.clientEnd.end('rst');
  await all.recording.closed();
  await assert.rejects(all.relay.inject('client', ping), /stream of the client has ended/);
});

test('nothing can be injected into a stream that is recorded no longer', async () => {
  const all = await opened({ budget: budgetOf({ octets: 100, frames: 10 }) });
  all.serverEnd.write(Buffer.alloc(200));
  await all.recording.until(() => all.recording.isCut);
  await assert.rejects(all.relay.inject('server', ping), /no longer recorded/);
  all.serverEnd.write(octets('goes on'));
  await all.client.read('goes on');
});

test('a relay that is stalled holds both streams until it is resumed', async () => {
  const all = await opened();
  all.relay.cut('stall');
  all.clientEnd.write(octets('held'));
  all.serverEnd.write(octets('held'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([all.client.text, all.server.text], [response, request]);
  all.relay.resume();
  await Promise.all([all.client.read('held'), all.server.read('held')]);
});

test('a relay that is stalled before its server is there holds from the start', async () => {
  const all = relayed();
  all.relay.cut('stall');
  all.clientEnd.write(octets('held'));
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(all.server.text, '');
  all.relay.resume();
  await all.server.read('held');
});

test('a relay that is cut by FIN ends both directions in order', async () => {
  const all = await opened();
  all.relay.cut('fin');
  await Promise.all([all.client.reported('fin'), all.server.reported('fin')]);
  all.relay.cut('fin');
  all.clientEnd.end('fin');
  all.serverEnd.end('fin');
  await all.recording.closed();
  assert.deepEqual(recorded(all).slice(2), ['client fin', 'server fin']);
});

test('a relay that is cut by RST resets both ends', async () => {
  const all = await opened();
  all.relay.cut('rst');
  await Promise.all([all.client.reported('rst'), all.server.reported('rst')]);
  await all.recording.closed();
  assert.deepEqual(recorded(all).slice(2), []);
});

test('a relay that is destroyed records nothing of it, also before its server is there', async () => {
  const all = await opened();
  all.relay.destroy();
  await all.recording.closed();
  assert.equal(recorded(all).length, 2);
  const early = relayed();
  early.relay.destroy();
  await early.recording.closed();
  await early.server.reported('fin');
});

test('a channel that is destroyed on one side takes the other one with it', async () => {
  const all = await opened();
  all.forClient.destroy();
  await all.recording.closed();
  await all.server.reported('fin');
});

test('a channel that fails resets the other end, and the record has the reason', async () => {
  const [clientEnd, forClient] = channelPair();
  const client = ChannelLog.of(clientEnd);
  const nothing = () => {};
  const failing: Channel = {
    ...{ description: forClient.description, writable: false, buffered: 0, needsDrain: false },
    ...{ write: nothing, end: nothing, pause: nothing, resume: nothing, destroy: nothing },
    open: (owner) => owner.failed(new Error('bad record mac')),
  };
  const recording = new Recording('tls');
  new Relay(forClient, failing, { recording });
  await client.reported('rst');
  assert.equal(recording.failure, 'lost the server: bad record mac');
});

test('a client can be answered in place of a server', async () => {
  const [clientEnd, forClient] = channelPair();
  const client = ChannelLog.of(clientEnd);
  const recording = new Recording('tcp');
  const server = answer((channel) => {
    const asked = ChannelLog.of(channel);
    void asked.read('\r\n\r\n').then(() => channel.end('fin', octets(response)));
  });
  new Relay(forClient, server, { recording });
  clientEnd.write(octets(request));
  await client.reported('fin');
  assert.equal(client.text, response);
  assert.equal(recording.conversation().accepted, true);
});
