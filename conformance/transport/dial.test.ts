import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testCertificate } from '../testing/certificate.ts';
import { ChannelLog } from '../testing/channel-log.ts';
import type { Channel } from './channel.ts';
import { Condition } from './condition.ts';
import { dial } from './dial.ts';
import { type ListenTls, listen } from './listen.ts';

/** A listener whose connections are kept. */
async function serve(t: TestContext, tls?: ListenTls) {
  const accepted: Channel[] = [];
  const arrivals = new Condition();
  const listener = await listen({ tls }, (channel) => {
    accepted.push(channel);
    arrivals.notify();
  });
  t.after(() => listener.close());
  const accept = async (index: number) => {
    await arrivals.until(() => accepted.length > index, { timeout: 10_000 });
    return accepted[index]!;
  };
  return { port: listener.port, accept };
}

test('a channel over TCP is described by both its ends', async (t) => {
  const { port } = await serve(t);
  const channel = await dial({ host: '127.0.0.1', port });
  const { transport, local, remote, tls } = channel.description;
  assert.equal(transport, 'tcp');
  assert.deepEqual(remote, { address: '127.0.0.1', port });
  assert.equal(local.address, '127.0.0.1');
  assert.ok(local.port > 0);
  assert.equal(tls, undefined);
  channel.destroy();
});

test('a certificate is accepted if it is trusted and names the host', async (t) => {
  const certificate = await testCertificate();
  const { port, accept } = await serve(t, certificate);
  for (const address of [
    { host: 'localhost', port },
    { host: '127.0.0.1', port },
  ]) {
    const channel = await dial({ ...address, tls: { ca: certificate.cert } });
    assert.equal(channel.description.transport, 'tls');
  }
  assert.equal((await accept(0)).description.tls?.servername, 'localhost');
  assert.equal((await accept(1)).description.tls?.servername, undefined);
});

test('a certificate that is not trusted, or names another host, is an error', async (t) => {
  const certificate = await testCertificate();
  const { port } = await serve(t, certificate);
  const host = '127.0.0.1';
  await assert.rejects(dial({ host, port, tls: {} }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const tls = { ca: certificate.cert, servername: 'elsewhere.test' };
  await assert.rejects(dial({ host, port, tls }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('any certificate is accepted on request, for any name', async (t) => {
  const { port, accept } = await serve(t, await testCertificate());
  const tls = { insecure: true, servername: 'elsewhere.test' };
  const channel = await dial({ host: '127.0.0.1', port, tls });
  assert.match(channel.description.tls!.version, /^TLSv1\.[23]$/);
  assert.notEqual(channel.description.tls!.cipher, '');
  channel.write(Buffer.from('hello'));
  const accepted = await accept(0);
  assert.equal(accepted.description.tls?.servername, 'elsewhere.test');
  await ChannelLog.of(accepted).read('hello');
  channel.destroy();
});

test('a refused connection is an error with its code', async () => {
  const listener = await listen({}, () => {});
  await listener.close();
  await assert.rejects(dial({ host: '127.0.0.1', port: listener.port }, { timeout: 10_000 }), {
    code: 'ECONNREFUSED',
  });
});

test('a server that does not answer TLS is an error after the timeout', async (t) => {
  const { port } = await serve(t);
  await assert.rejects(dial({ host: '127.0.0.1', port, tls: {} }, { timeout: 20 }), {
    code: 'ETIMEDOUT',
    message: 'no answer in 20 ms',
  });
});

test('an abort fails connections that are being opened, and destroys open ones', async (t) => {
  const { port } = await serve(t);
  const controller = new AbortController();
  const { signal } = controller;
  const host = '127.0.0.1';
  const open = ChannelLog.of(await dial({ host, port }, { signal }));
  const second = ChannelLog.of(await dial({ host, port }, { signal }));
  const opening = assert.rejects(dial({ host, port, tls: {} }, { signal }), { code: 'ABORT_ERR' });
  controller.abort();
  await opening;
  await Promise.all([open.reported('closed'), second.reported('closed')]);
  assert.deepEqual(open.reports, ['failed: the run was aborted', 'closed']);
  await assert.rejects(dial({ host, port }, { signal }), { code: 'ABORT_ERR' });
});
