import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { Authority } from './authority.ts';

test('a certificate is for the requested host, and has the key whose hash browsers get', async () => {
  const authority = await Authority.create();
  for (const host of ['chat.example', '127.0.0.1', `${'a'.repeat(60)}.${'b'.repeat(60)}.example`]) {
    const secureContext = await authority.contextFor(host);
    assert.equal(await authority.contextFor(host), secureContext);
    const server = createServer({ SNICallback: (_name, done) => done(null, secureContext) });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect({
      port,
      host: '127.0.0.1',
      servername: 'any.example',
      rejectUnauthorized: false,
    });
    await once(client, 'secureConnect');
    const { subjectaltname, pubkey } = client.getPeerCertificate();
    assert.ok(subjectaltname!.endsWith(host), subjectaltname);
    const spki = client.getPeerX509Certificate()!.publicKey.export({ type: 'spki', format: 'der' });
    assert.ok(pubkey);
    assert.equal(createHash('sha256').update(spki).digest('base64'), authority.keyHash);
    client.destroy();
    server.close();
  }
});
