import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { testCertificate } from '../testing/certificate.ts';
import { ChannelLog } from '../testing/channel-log.ts';
import type { Channel } from './channel.ts';
import { dial } from './dial.ts';
import { listen } from './listen.ts';

test('a listener is on the loopback and a free port unless something else is asked for', async () => {
  const listener = await listen({}, () => {});
  assert.equal(listener.host, '127.0.0.1');
  assert.ok(listener.port > 0);
  await assert.rejects(
    listen({ host: listener.host, port: listener.port }, () => {}),
    {
      code: 'EADDRINUSE',
    },
  );
  await listener.close();
});

test('nothing of a connection is read before its channel is opened', async (t) => {
  let accepted: Channel | undefined;
  const { promise: arrival, resolve } = signal();
  const listener = await listen({}, (channel) => {
    accepted = channel;
    resolve();
  });
  t.after(() => listener.close());
  const client = connectTcp(listener.port, listener.host);
  client.end('early');
  await arrival;
  const log = ChannelLog.of(accepted!);
  await log.reported('fin');
  assert.equal(log.text, 'early');
});

test('a listener that is closed destroys its connections', async () => {
  const { promise: arrival, resolve } = signal();
  const listener = await listen({}, (channel) => {
    ChannelLog.of(channel);
    resolve();
  });
  const client = await dial({ host: listener.host, port: listener.port });
  const log = ChannelLog.of(client);
  await arrival;
  await listener.close();
  await log.until(() => log.reports.length > 0);
});

test('TLS offers HTTP/1.1 alone, and the channel says so', async (t) => {
  const { key, cert } = await testCertificate();
  let accepted: Channel | undefined;
  const { promise: arrival, resolve } = signal();
  const listener = await listen({ tls: { key, cert } }, (channel) => {
    accepted = channel;
    resolve();
  });
  t.after(() => listener.close());
  const client = connectTls({
    port: listener.port,
    host: listener.host,
    ca: cert,
    servername: 'localhost',
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  t.after(() => client.destroy());
  await once(client, 'secureConnect');
  client.write('over TLS');
  await arrival;
  assert.equal(client.alpnProtocol, 'http/1.1');
  const { transport, tls } = accepted!.description;
  assert.equal(transport, 'tls');
  assert.equal(tls?.protocol, 'http/1.1');
  assert.equal(tls?.servername, 'localhost');
  const log = ChannelLog.of(accepted!);
  await log.read('over TLS');
  client.end();
  await log.reported('fin');
});

test('a client that fails the TLS handshake is not accepted, and reported', async (t) => {
  const { key, cert } = await testCertificate();
  const { promise: failure, resolve } = signal<Error>();
  const accepted: Channel[] = [];
  const listener = await listen(
    { tls: { key, cert } },
    (channel) => accepted.push(channel),
    resolve,
  );
  t.after(() => listener.close());
  connectTcp(listener.port, listener.host)
    .end('GET / HTTP/1.1\r\n\r\n')
    .on('error', () => {});
  assert.match((await failure).message, /http request/i);
  assert.deepEqual(accepted, []);
});

test('a failed TLS handshake that is not awaited breaks nothing', async (t) => {
  const listener = await listen({ tls: await testCertificate() }, () => {});
  t.after(() => listener.close());
  const client = connectTcp(listener.port, listener.host).on('error', () => {});
  client.write('GET / HTTP/1.1\r\n\r\n');
  client.resume();
  await once(client, 'close');
});

function signal<Value = void>() {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
