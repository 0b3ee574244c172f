import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { text } from '../testing/client.ts';
import { TcpClient } from '../testing/tcp.ts';
import { Inflations } from './inflations.ts';

/** Inflations that end on request, and those that have started so far. */
function controlled(most: number) {
  const inflations = new Inflations(most);
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const add = (name: string) =>
    inflations.add((done) => {
      started.push(name);
      finish.set(name, done);
    });
  return { started, add, finish: (name: string) => finish.get(name)!() };
}

test('a limited number runs at once, and the others start in the order of their arrival', () => {
  const { started, add, finish } = controlled(2);
  for (const name of ['a', 'b', 'c', 'd', 'e']) add(name);
  assert.deepEqual(started, ['a', 'b']);
  finish('b');
  assert.deepEqual(started, ['a', 'b', 'c']);
  finish('c');
  finish('a');
  assert.deepEqual(started, ['a', 'b', 'c', 'd', 'e']);
});

test('an inflation cancelled while it waits never starts and frees no slot', () => {
  const { started, add, finish } = controlled(1);
  const giveUpRunning = add('a');
  const giveUp = add('b');
  add('c');
  giveUp();
  giveUpRunning();
  assert.deepEqual(started, ['a']);
  finish('a');
  assert.deepEqual(started, ['a', 'c']);
});

const script = fileURLToPath(new URL('../testing/inflating-server.ts', import.meta.url));
const bomb = deflateRawSync(Buffer.alloc(16 * 2 ** 20), { finishFlush: 2 }).subarray(0, -4);

/** KiB by which the peak memory of a server grows when 20 bombs arrive at once. */
async function growth(t: TestContext, maxInflations: number): Promise<number> {
  const server = spawn(process.execPath, ['--import', 'tsx', script, `${maxInflations}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => server.kill('SIGKILL'));
  const [url] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
  const most = () =>
    Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'latin1'))![1]);
  const clients = Array.from({ length: 20 }, () => new TcpClient(url));
  t.after(() => {
    for (const { socket } of clients) socket.destroy();
  });
  for (const client of clients) {
    await client.open({ 'Sec-WebSocket-Extensions': 'permessage-deflate' });
  }
  const before = most();
  for (const client of clients) client.write(text(bomb, { rsv: 4 }));
  for (const client of clients) {
    assert.equal((await client.bytes(5)).toString('latin1'), '\x81\x03def');
  }
  return most() - before;
}

test('bombs on many connections at once use no more memory than a few', {
  skip: process.platform !== 'linux' && 'peak memory is read from /proc',
}, async (t) => {
  const [few, all] = [await growth(t, 2), await growth(t, 20)];
  assert.ok(few < 0.6 * all, `${few} KiB with two at a time, ${all} KiB with all`);
});
