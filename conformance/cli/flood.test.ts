/** The command line against targets that never stop sending. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { before, test } from 'node:test';
import { type BuiltCli, buildCli } from '../testing/built-cli.ts';
import { startFlood } from '../testing/start-flood.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';

let cli: BuiltCli;
before(async () => {
  cli = await buildCli();
});

test('a flooding server ends the run with an explanation', { timeout: 60_000 }, async (t) => {
  const { url } = await startFlood(t, 'pings');
  const { code, err } = await cli.run('server', url.href, '--only', 'ping');
  assert.equal(code, 2);
  assert.match(err, /sends without end: more than [\d,]+ frames arrived unsolicited/);
});

const maskKey = Uint8Array.of(1, 2, 3, 4);
const ping = writeFrame({ opcode: opcodes.ping, payload: new Uint8Array(0), maskKey });
const pings = Buffer.concat(Array.from({ length: 10_000 }, () => ping));

test('Ctrl-C ends a run with a flooding client', {
  timeout: 60_000,
}, async (t) => {
  const { child, ended } = cli.start([
    'client',
    '--port',
    '0',
    '--only',
    'ping',
    '--reporter',
    'console',
  ]);
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(child.stderr!, 'data');
  const [host, port] = /127[.]0[.]0[.]1:\d+/.exec(`${line}`)![0].split(':');
  let dropped = 0;
  let isOver = false;
  const flood = () =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(port), host);
      const lines = [
        'GET /runCase?id=ping/empty&agent=flood HTTP/1.1',
        'Host: x',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Version: 13',
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      const more = () => {
        while (socket.writable && socket.write(pings));
      };
      socket.on('drain', more).on('error', () => {});
      socket.on('close', () => {
        dropped += 1;
        resolve();
      });
      socket.resume();
      more();
    });
  const floods = Array.from({ length: 4 }, async () => {
    while (!isOver && child.exitCode === null) await flood();
  });
  while (dropped < 12) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGINT');
  const { code, out } = await ended;
  isOver = true;
  await Promise.all(floods);
  assert.equal(code, 2, out);
});
