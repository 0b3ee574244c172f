import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { writeHead } from '../format/handshake.ts';
import { testCertificate } from '../testing/certificate.ts';
import { ChannelLog } from '../testing/channel-log.ts';
import { startFramewrightServer } from '../testing/framewright-server.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { type DialTls, dial } from './dial.ts';
import { startTap, type TapOptions } from './tap.ts';

const request = writeHead(
  {
    lines: [
      'GET / HTTP/1.1',
      'Host: localhost',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
    ],
  },
  {},
);
const maskKey = Uint8Array.of(1, 2, 3, 4);
const ping = writeFrame({ opcode: opcodes.ping, payload: Buffer.from('over TLS'), maskKey });
const close = writeFrame({ opcode: opcodes.close, payload: Buffer.from([3, 232]), maskKey });

/** A wss server, and a tap in front of it. */
async function serve(t: TestContext, tls: DialTls, listen: Partial<TapOptions> = {}) {
  const server = await startFramewrightServer({ tls: await testCertificate() });
  const target = { host: '127.0.0.1', port: Number(server.url.port), tls };
  const tap = await startTap({ target, ...listen });
  t.after(async () => {
    await tap.close();
    await server.close();
  });
  return tap;
}

for (const clientTls of [true, false]) {
  test(`a wss server reached through a tap is recorded in plain, for a client of ${clientTls ? 'wss' : 'ws'}`, async (t) => {
    const { key, cert } = await testCertificate();
    const tap = await serve(t, { ca: cert }, clientTls ? { tls: { key, cert } } : {});
    const channel = await dial({
      host: tap.host,
      port: tap.port,
      ...(clientTls ? { tls: { ca: cert } } : {}),
    });
    const client = ChannelLog.of(channel);
    channel.write(request);
    await client.read('\r\n\r\n');
    channel.write(ping);
    await client.read('\x8a\x08over TLS');
    channel.write(close);
    await client.reported('fin');
    channel.end('fin');
    const connection = await tap.connection();
    const { transport } = await connection.closed();
    assert.equal(transport, clientTls ? 'tls' : 'tcp');
    const conversation = connection.conversation();
    assert.equal(conversation.accepted, true);
    assert.deepEqual(
      conversation.server.frames.map(({ opcode }) => opcode),
      [opcodes.pong, opcodes.close],
    );
    assert.deepEqual(connection.bytes('client'), Buffer.concat([request, ping, close]));
    assert.deepEqual(
      [conversation.server.ending.how, conversation.client.ending.how],
      ['fin', 'fin'],
    );
  });
}

test('a target whose certificate is not trusted is not reached, and the record says why', async (t) => {
  const tap = await serve(t, {});
  const client = ChannelLog.of(await dial(tap));
  await client.reported('closed');
  const connection = await tap.connection();
  assert.deepEqual((await connection.closed()).entries, []);
  assert.match(
    connection.annotated(),
    /could not connect to 127\.0\.0\.1:\d+: self-signed certificate/,
  );
});

test('a target is reached with any certificate on request', async (t) => {
  const tap = await serve(t, { insecure: true });
  const channel = await dial(tap);
  const client = ChannelLog.of(channel);
  channel.write(request);
  await client.read('101 Switching Protocols');
  channel.end('rst');
});

test('a reset over TLS is one for the target', async (t) => {
  const { key, cert } = await testCertificate();
  const tap = await serve(t, { ca: cert }, { tls: { key, cert } });
  const channel = await dial({ host: tap.host, port: tap.port, tls: { ca: cert } });
  const client = ChannelLog.of(channel);
  channel.write(request);
  await client.read('\r\n\r\n');
  channel.end('rst');
  const { entries } = await (await tap.connection()).closed();
  assert.deepEqual(
    entries.slice(2).map((entry) => 'from' in entry && `${entry.from} ${entry.kind}`),
    ['client rst'],
  );
});

test('a client that does not speak TLS is not recorded, and the tap says why', async (t) => {
  const { key, cert } = await testCertificate();
  const tap = await serve(t, { ca: cert }, { tls: { key, cert } });
  const plain = await dial(tap);
  plain.write(request);
  const client = ChannelLog.of(plain);
  await client.until(() => client.reports.length > 0);
  plain.destroy();
  await assert.rejects(
    tap.connection(0, { timeout: 1 }),
    /connection 0 did not come: there were 0; a TLS handshake failed: .*http request/i,
  );
});
