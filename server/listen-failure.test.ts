import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { explainListenFailure } from './listen-failure.ts';

const attempt = { host: '127.0.0.1', port: 3200, flag: '--ws-port', variable: 'WS_PORT' };

test('a busy port is explained with its holder on Linux, elsewhere with a command that finds it', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  t.after(() => holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const second = createServer().listen(port, '127.0.0.1');
  const [error] = await once(second, 'error');

  const explained = explainListenFailure(error, { ...attempt, port });
  assert.ok(explained.startsWith(`Port ${port} on 127.0.0.1 is already in use`));
  const whoHoldsIt =
    process.platform === 'linux' ? `process ${process.pid} is using it` : String(port);
  assert.ok(explained.includes(whoHoldsIt), explained);
  assert.match(explained, /--ws-port \d+ or WS_PORT=\d+; 0 takes any free one/);
});

test('other failures are explained with what to do next', () => {
  const explain = (code: string) =>
    explainListenFailure(Object.assign(new Error('failed'), { code }), attempt);
  assert.match(explain('EACCES'), /needs privileges.*\n.*--ws-port 4200/);
  assert.match(explain('EADDRNOTAVAIL'), /not an address of this machine.*\n.*--host/);
  assert.match(explain('EMFILE'), /failed\.\n.*--ws-port 4200/);
});
