/** `framewright probe`, and what it suggests, as a user sees it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPeer } from '../reference/server.ts';
import { buildCli } from '../testing/built-cli.ts';

test('probe shows what a server does, how much can be judged, and the command to run', async () => {
  const cli = await buildCli();
  const peer = await startPeer({});
  const { href } = peer.url;
  const token = `${href}?token=s3cret-s3cret`;
  const [table, json] = await Promise.all([
    cli.run('probe', token, '--subprotocol', 'chat', '--cookie', 'session=s3cret-s3cret'),
    cli.run('probe', href, '--json'),
  ]);
  await peer.close();
  assert.deepEqual([table.code, table.err], [0, '']);
  assert.match(table.out, /^ {2}echoes messages +yes$/m);
  assert.match(table.out, /^ {2}a ping +a pong$/m);
  assert.match(table.out, /^\d+ of \d+ cases can be judged \(\d+ %\)$/m);
  assert.match(table.out, /npx framewright server \S+ --subprotocol chat --header 'Cookie: …'$/m);
  assert.doesNotMatch(table.out, /s3cret/);
  const { capabilities, behaviour, share, suggested } = JSON.parse(json.out);
  assert.equal(capabilities.echo, true);
  assert.equal(behaviour.reactions.text.kind, 'echo');
  assert.ok(share.cases > 1000);
  assert.equal(suggested, `npx framewright server ${href}`);
});

test('probe of an address where nothing listens ends with a sentence', async () => {
  const cli = await buildCli();
  const peer = await startPeer({});
  const { href } = peer.url;
  await peer.close();
  const { code, out, err } = await cli.run('probe', href);
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /Nothing is listening there/);
});
