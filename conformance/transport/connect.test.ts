import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../catalogue/catalogue.ts';
import { runServerCases } from '../run/server/run.ts';
import { serverTarget } from '../run/server/server-target.ts';
import { ChannelLog } from '../testing/channel-log.ts';
import { startFramewrightServerOverTls } from '../testing/framewright-server.ts';
import { ConnectError, connect } from './connect.ts';
import { startTap } from './tap.ts';

test('a connection over TLS can be reset, as one over TCP', async (t) => {
  const ours = await startFramewrightServerOverTls();
  const tap = await startTap({ target: { host: '127.0.0.1', port: Number(ours.url.port) } });
  t.after(async () => {
    await tap.close();
    await ours.close();
  });
  const target = serverTarget(`wss://127.0.0.1:${tap.port}/`, { insecure: true });
  const channel = await connect(target, 5000);
  // Read before it is written again: a reset then comes alone.
  channel.write(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
  await ChannelLog.of(channel).read('HTTP/1.1 426');
  const record = await tap.connection();
  channel.end('rst');
  await record.recording.event(
    'a reset',
    (event) => event.kind === 'rst' && event.from === 'client',
  );
});

test('a host that has several addresses is not reached for a reason each', () => {
  const refused = (address: string) => new Error(`connect ECONNREFUSED ${address}`);
  const cause = new AggregateError([refused('::1:9001'), refused('127.0.0.1:9001')]);
  const { message } = new ConnectError(serverTarget('ws://localhost:9001/'), cause);
  assert.equal(
    message,
    'no connection to localhost:9001: connect ECONNREFUSED ::1:9001, connect ECONNREFUSED 127.0.0.1:9001',
  );
});

test('cases that reset their connection are played over TLS', async (t) => {
  const ours = await startFramewrightServerOverTls();
  t.after(() => ours.close());
  const target = serverTarget(ours.url, { insecure: true });
  const cases = catalogue().filter(({ id }) => id.startsWith('closing/rst-'));
  const broken: string[] = [];
  let played = 0;
  for await (const { verdict, case: testCase, observed } of runServerCases(cases, target)) {
    played += 1;
    if (verdict !== 'pass') broken.push(`${testCase.id}: ${verdict}, ${observed}`);
  }
  assert.ok(played > 0);
  assert.deepEqual(broken, []);
});
