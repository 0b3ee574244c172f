import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { bytesFrom, type Timeline } from '../wire/timeline.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { startTap, type Tap, type TapActivity, type TapConnection } from './tap.ts';

let server: Server;
let tap: Tap;

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  tap = await startTap({ target: { host: '127.0.0.1', port } });
});

afterEach(async () => {
  await tap.close();
  server.close();
});

/** Both real ends of one relayed connection. */
async function open(): Promise<{ client: Socket; target: Socket; tapped: TapConnection }> {
  const arrived = once(server, 'connection') as Promise<[Socket]>;
  const index = tap.connections.length;
  const client = connect({ host: tap.host, port: tap.port, allowHalfOpen: true });
  const [target] = await arrived;
  return { client, target, tapped: await tap.connection(index) };
}

async function read(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
  await once(socket, 'end');
  return Buffer.concat(chunks).toString('latin1');
}

/** How the two directions ended, in order: `client fin`. */
const endings = (timeline: Timeline) =>
  timeline.entries.flatMap((entry) =>
    entry.kind === 'fin' || entry.kind === 'rst' ? [`${entry.from} ${entry.kind}`] : [],
  );

test('passes bytes on as they are, and records them with offsets and times', async () => {
  const { client, target, tapped } = await open();
  const octets = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
  client.write(octets);
  assert.deepEqual((await once(target, 'data'))[0], octets);
  target.write('answer');
  assert.equal(String((await once(client, 'data'))[0]), 'answer');
  client.write('more');
  await once(target, 'data');
  client.end();
  target.end();
  client.resume();
  target.resume();
  const timeline = await tapped.closed();
  assert.deepEqual(timeline.entries.map((entry) => ({ ...entry, at: 0 })).slice(0, 3), [
    { kind: 'bytes', from: 'client', at: 0, offset: 0, bytes: octets },
    { kind: 'bytes', from: 'server', at: 0, offset: 0, bytes: Buffer.from('answer') },
    { kind: 'bytes', from: 'client', at: 0, offset: 256, bytes: Buffer.from('more') },
  ]);
  const times = timeline.entries.map((entry) => entry.at);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('keeps a half-open connection half open', async () => {
  const { client, target, tapped } = await open();
  client.end('question');
  assert.equal(await read(target), 'question');
  assert.equal(client.readableEnded, false);
  target.end('late answer');
  assert.equal(await read(client), 'late answer');
  assert.deepEqual(endings(await tapped.closed()), ['client fin', 'server fin']);
});

for (const side of ['client', 'server'] as const) {
  test(`passes a reset of the ${side} on as a reset, after its bytes`, async () => {
    const { client, target, tapped } = await open();
    const [resetting, other] = side === 'client' ? [client, target] : [target, client];
    resetting.write('last words');
    const [heard] = (await once(other, 'data')) as [Buffer];
    assert.equal(heard.toString(), 'last words');
    const error = once(other, 'error');
    resetting.resetAndDestroy();
    assert.equal(((await error)[0] as NodeJS.ErrnoException).code, 'ECONNRESET');
    const timeline = await tapped.closed();
    assert.deepEqual(endings(timeline), [`${side} rst`]);
    assert.equal(bytesFrom(timeline, side).toString(), 'last words');
  });
}

test('distinguishes a side that closed from one that only finished sending', async () => {
  const { client, target, tapped } = await open();
  target.resume();
  target.end();
  await once(client.resume(), 'end');
  target.destroy();
  const lost = once(client, 'error');
  // The first write meets a closed socket, whose reset the second one meets.
  const writing = setInterval(() => client.write('anybody there?'), 5);
  await lost;
  clearInterval(writing);
  assert.deepEqual(endings(await tapped.closed()), ['server fin', 'server rst']);
});

test('slows a fast writer down to a slow reader', async () => {
  const { client, target } = await open();
  target.pause();
  const block = Buffer.alloc(1 << 20, 'x');
  let accepted = 0;
  // 64 MiB is far more than two socket pairs hold; a relay without brakes would take all of it.
  while (accepted < 64) {
    accepted += 1;
    if (client.write(block)) continue;
    const drained = once(client, 'drain').then(() => true);
    // That nothing drains cannot be awaited; too short a wait only writes less, and all is compared.
    const stuck = new Promise<false>((resolve) => setTimeout(resolve, 300, false));
    if (!(await Promise.race([drained, stuck]))) break;
  }
  assert.ok(accepted < 64, 'the relay took everything');
  client.end();
  assert.equal((await read(target)).length, accepted << 20);
});

test('records why the target could not be reached, and resets the client', async () => {
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const client = connect({ host: tap.host, port: tap.port });
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNRESET');
  const connection = await tap.connection();
  const timeline = await connection.closed();
  assert.deepEqual(timeline.entries, []);
  assert.match(
    connection.recording.failure!,
    new RegExp(`^could not connect to 127.0.0.1:${port}: .*REFUSED`),
  );
  assert.match(connection.annotated(), /Not recorded: could not connect/);
});

test('keeps connections apart', async () => {
  const first = await open();
  const second = await open();
  second.client.end('two');
  first.client.end('one');
  assert.deepEqual(await Promise.all([read(first.target), read(second.target)]), ['one', 'two']);
  assert.deepEqual(
    tap.connections.map((connection) => bytesFrom(connection.timeline(), 'client').toString()),
    ['one', 'two'],
  );
});

test('reports everything to subscribers in order, until they stop', async () => {
  const heard: string[] = [];
  const stop = tap.subscribe((activity: TapActivity) => {
    const words =
      activity.kind === 'entry'
        ? `${activity.entry.kind} [${activity.events.map((event) => event.kind)}]`
        : activity.kind;
    heard.push(`${activity.connection.index} ${words}`);
  });
  const { client, target, tapped } = await open();
  client.write('GET / HTTP/1.1\r\n\r\n');
  await once(target, 'data');
  target.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
  await once(client, 'data');
  target.end(writeFrame({ opcode: opcodes.text, payload: Buffer.from('hi') }));
  await read(client);
  client.end();
  target.resume();
  await tapped.closed();
  assert.deepEqual(heard, [
    '0 opened',
    '0 bytes [head]',
    '0 bytes [head]',
    '0 bytes [frame,message]',
    '0 fin [fin]',
    '0 fin [fin]',
    '0 closed',
  ]);
  stop();
  await open();
  assert.equal(heard.length, 7);
});

test('waits for an event, past or to come, and says what it saw instead', async () => {
  const { client, target, tapped } = await open();
  const isHead = (event: { kind: string }) => event.kind === 'head';
  const waiting = tapped.recording.event('head', isHead);
  client.write('GET / HTTP/1.1\r\n\r\n');
  assert.equal((await waiting).kind, 'head');
  assert.equal((await tapped.recording.event('head', isHead)).kind, 'head');
  const isPing = (event: { kind: string }) => event.kind === 'ping';
  await assert.rejects(
    tapped.recording.event('ping', isPing, { timeout: 20 }),
    /after 20 ms: connection 0: no ping\n[\s\S]*GET/,
  );
  const never = assert.rejects(
    tapped.recording.event('ping', isPing),
    /^Error: connection 0: no ping\n/,
  );
  client.end();
  target.resume().end();
  client.resume();
  await never;
  await assert.rejects(tapped.recording.event('ping', isPing), /no ping/);
  await assert.rejects(
    tap.connection(1, { timeout: 20 }),
    /connection 1 did not come: there were 1/,
  );
});

test('says which port is taken', async () => {
  const { port } = tap;
  await assert.rejects(
    startTap({ port, target: { host: '127.0.0.1', port } }),
    new RegExp(`cannot listen on 127.0.0.1:${port}: something else listens there`),
  );
});

test('leaves nothing behind when it is closed', async () => {
  const { client, target, tapped } = await open();
  const gone = Promise.all([once(client, 'close'), once(target, 'close')]);
  client.on('error', () => {}).resume();
  target.on('error', () => {}).resume();
  client.on('end', () => client.end());
  target.on('end', () => target.end());
  await tap.close();
  await gone;
  assert.equal(tapped.isClosed, true);
  await assert.rejects(once(connect({ host: tap.host, port: tap.port }), 'connect'), /REFUSED/);
});

test('a long connection is recorded up to a limit, which the record states, and relayed beyond', async () => {
  const { port } = server.address() as AddressInfo;
  const target = { host: '127.0.0.1', port };
  const cut = await startTap({ target, limit: { octets: 1000, frames: 1000 } });
  try {
    const arrived = once(server, 'connection') as Promise<[Socket]>;
    const client = connect({ host: cut.host, port: cut.port });
    const [received] = await arrived;
    const flood = Buffer.alloc(5_000_000, 'x');
    client.end(flood);
    assert.equal((await read(received)).length, flood.length);
    received.end();
    const { entries } = await (await cut.connection()).closed();
    const octets = entries.reduce((sum, e) => sum + (e.kind === 'bytes' ? e.bytes.length : 0), 0);
    assert.ok(octets > 1000 && octets < 200_000, `${octets} octets`);
    const others = entries.filter(({ kind }) => kind !== 'bytes');
    assert.deepEqual(
      others.map(({ kind }) => kind),
      ['overflow', 'fin', 'fin'],
    );
    assert.equal(others[0]?.kind === 'overflow' && others[0].limit, '1,000 bytes');
  } finally {
    await cut.close();
  }
});
