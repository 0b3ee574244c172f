import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../cli/port.ts';
import { lastWords, startCommand } from './command-target.ts';

const listens = `require('node:net').createServer().listen(process.env.PORT, '127.0.0.1')`;
const node = (script: string) => [process.execPath, '-e', script] as const;
const address = async () => new URL(`ws://127.0.0.1:${await freePort('127.0.0.1')}/`);

/** Rejects if the process has ended. */
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a command is ready when its port answers, and has ended when it is stopped', async () => {
  const started = await startCommand(node(`console.log('up'); ${listens}`), await address());
  assert.ok(isAlive(started.pid));
  assert.match(started.output(), /^up\n$/);
  const memory = started.residentMemory()!;
  assert.ok(memory > 10e6 && memory < 1e9, `${memory} bytes`);
  await started.stop();
  assert.equal(await started.exited, 'was ended by SIGTERM');
  assert.equal(isAlive(started.pid), false);
  assert.equal(started.residentMemory(), undefined);
});

test('processes started by the command end with it, even if they ignore SIGTERM', async () => {
  const stubborn = `process.on('SIGTERM', () => {}); ${listens}; console.log(process.pid)`;
  const parent = `const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'inherit' });`;
  const started = await startCommand(node(parent), await address());
  const child = Number(started.output());
  assert.ok(child > 0 && child !== started.pid && isAlive(child));
  await started.stop();
  while (isAlive(child)) await new Promise((resolve) => setImmediate(resolve));
});

test('a command that ends before it listens is reported with its output', async () => {
  const command = node(`console.error('no such option'); process.exit(3)`);
  await assert.rejects(startCommand(command, await address()), {
    name: 'CommandError',
    message:
      /exited with code 3, and 127\.0\.0\.1:\d+ never answered\. It wrote:\n {4}no such option/,
  });
});

test('the quoted output of a command is short and inert', () => {
  assert.equal(lastWords(' \n'), 'It wrote nothing.');
  assert.equal(
    lastWords('\u001b[31mred\u001b[0m\r\n\tin \u0007\u202e\n'),
    'It wrote:\n    red\n        in \\x07\\u{202e}',
  );
  const many = lastWords('line\n'.repeat(5000) + 'x'.repeat(60_000));
  assert.match(many, /^Its last 40 lines:\n( {4}line\n){39} {4}…x{400}$/);
});

test('a command that does not exist, or never listens, is reported', async () => {
  await assert.rejects(
    startCommand(['no-such-command-here'], await address()),
    /could not be started: spawn no-such-command-here ENOENT/,
  );
  const silent = startCommand(node('setInterval(() => {}, 1000)'), await address(), {
    timeout: 200,
  });
  await assert.rejects(
    silent,
    /nothing is listening on 127\.0\.0\.1:\d+ 200 ms after .* was started\. It wrote nothing/,
  );
});

test('an unresponsive port does not delay a command', {
  skip: process.platform !== 'linux' && 'elsewhere a full queue is refused',
  timeout: 30_000,
}, async (t) => {
  const listener = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 },
    function () { console.log(this.address().port); });`;
  const stopped = spawn(process.execPath, ['-e', listener], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => stopped.kill('SIGKILL'));
  const [line] = await once(stopped.stdout, 'data');
  stopped.kill('SIGSTOP');
  // Connections after these few are never answered.
  const queue = Array.from({ length: 8 }, () => connect(Number(line), '127.0.0.1'));
  t.after(() => {
    for (const socket of queue) socket.destroy();
  });
  for (const socket of queue) socket.on('error', () => {});
  await once(queue[0]!, 'connect');
  const url = new URL(`ws://127.0.0.1:${Number(line)}/`);
  await assert.rejects(startCommand(node('process.exit(3)'), url), /exited with code 3/);
});

test('a port in use is refused', async (t) => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const url = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await assert.rejects(startCommand(node(listens), url), /something is already listening on/);
});

test('an interruption ends the wait for a command', async () => {
  const signal = AbortSignal.abort();
  const waiting = startCommand(node('setInterval(() => {}, 1000)'), await address(), { signal });
  await assert.rejects(waiting, /interrupted while the command was starting/);
});
