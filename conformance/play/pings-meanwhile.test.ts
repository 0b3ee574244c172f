/**
 * A server that pings all the time is answered between frames, and neither its pings nor its
 * unsolicited pongs change a verdict (RFC 6455 §5.5.2, §5.5.3).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { before, describe, type TestContext, test } from 'node:test';
import { catalogue } from '../catalogue/catalogue.ts';
import type { Case } from '../format/case.ts';
import { answered, echoOf, failed, pending } from '../format/expectation.ts';
import { frame, inSegmentsOf, text } from '../format/step.ts';
import { judge, type Verdict } from '../judge/judge.ts';
import { startPeer } from '../reference/server.ts';
import { madeCase } from '../testing/made-case.ts';
import { connect } from '../transport/connect.ts';
import { readConversation } from '../wire/conversation.ts';
import { HeadReader } from '../wire/http-head.ts';
import { FrameReader, opcodes, type ReadFrame, writeFrame } from '../wire/wire.ts';
import { playAsClient } from './player.ts';

const interval = 5;
const ping = writeFrame({ opcode: opcodes.ping, payload: Buffer.from('and you?') });
const pong = writeFrame({ opcode: opcodes.pong, payload: Buffer.from('still here') });
const emptyPong = writeFrame({ opcode: opcodes.pong, payload: new Uint8Array(0) });

/** A correct echo server, which sends a heartbeat with its 101 and then every few milliseconds. */
async function startPinging(t: TestContext, heartbeat: Uint8Array = ping): Promise<URL> {
  const echo = await startPeer({});
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connectTcp({
      port: Number(echo.url.port),
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    near.on('data', (bytes) => far.write(bytes));
    near.on('end', () => far.end());
    near.on('close', () => far.destroy());
    pingMeanwhile(far, near, heartbeat);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await echo.close();
  });
  return new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

/** Passes on what comes, with heartbeats between the frames until a Close has been among them. */
function pingMeanwhile(from: Socket, to: Socket, heartbeat: Uint8Array): void {
  const head = new HeadReader('response');
  const frames = new FrameReader();
  let timer: NodeJS.Timeout | undefined;
  let isOpen = false;
  let pending = Buffer.alloc(0);
  const passOn = (bytes: Uint8Array) => {
    pending = Buffer.concat([pending, bytes]);
    const whole: ReadFrame[] = frames.push(bytes);
    const last = whole.at(-1);
    if (!last) return;
    if (whole.some(({ opcode }) => opcode === opcodes.close)) clearInterval(timer);
    const end = pending.length - frames.rest().bytes.length;
    to.write(pending.subarray(0, end));
    pending = pending.subarray(end);
  };
  from.on('data', (bytes: Buffer) => {
    if (isOpen) return passOn(bytes);
    const found = head.push(bytes);
    isOpen = found !== undefined;
    const accepted =
      found?.head.startLine.kind === 'response' && found.head.startLine.status === 101;
    const afterHead = found?.rest ?? new Uint8Array(0);
    to.write(
      Buffer.concat([
        bytes.subarray(0, bytes.length - afterHead.length),
        ...(accepted ? [heartbeat] : []),
      ]),
    );
    if (accepted) timer = setInterval(() => to.writable && to.write(heartbeat), interval);
    if (afterHead.length > 0) passOn(afterHead);
  });
  from.on('end', () => {
    clearInterval(timer);
    to.end();
  });
  from.on('close', () => clearInterval(timer));
}

async function played(url: URL, testCase: Case) {
  const target = { url, headers: [], insecure: false };
  const options = { timeout: 30_000, grace: 40, echo: true, seed: 'pings' };
  const socket = await connect(target, 30_000);
  const { timeline } = await playAsClient(testCase, socket, target, options);
  return timeline;
}

test('pings are answered, and no pong stands inside a frame that is sent in pieces', async (t) => {
  const url = await startPinging(t);
  // Long enough to be under way while many a ping comes.
  const long = text('x'.repeat(3000));
  const steps = [inSegmentsOf(1, long), inSegmentsOf(1, frame(opcodes.ping, 'mine'))];
  const testCase = madeCase({
    steps,
    expect: answered([echoOf(long), { kind: 'pong', payload: 'mine' }]),
  });
  const { client } = readConversation(await played(url, testCase));
  const pongs = client.frames.filter(({ opcode }) => opcode === opcodes.pong);
  assert.ok(pongs.length > 1, `${pongs.length} pongs`);
  assert.ok(pongs.every(({ payload }) => Buffer.from(payload).toString() === 'and you?'));
  assert.deepEqual(
    client.frames.filter(({ opcode }) => opcode !== opcodes.pong).map(({ opcode }) => opcode),
    [opcodes.text, opcodes.ping, opcodes.close],
  );
});

test('a Ping that comes with the response is answered after a frame that has to be the first', async (t) => {
  const url = await startPinging(t);
  const first = text('first');
  for (const step of [first, inSegmentsOf(1, first)]) {
    const expect = answered([echoOf(first)]);
    const testCase = madeCase({ alive: 'untested', steps: [step], expect });
    const { client } = readConversation(await played(url, testCase));
    const [begun, next] = client.frames.map(({ opcode }) => opcode);
    assert.deepEqual([begun, next], [opcodes.text, opcodes.pong]);
  }
});

test('inside a frame that is cut nothing is sent, neither pongs nor an answer to a Close', async (t) => {
  const url = await startPinging(t);
  // The reserved opcode is refused before its payload has come.
  const cut = frame(3, 'never whole', { cut: { payload: 3 } });
  const { client, server } = readConversation(
    await played(url, madeCase({ steps: [cut], expect: failed(1002) })),
  );
  assert.equal(server.close?.code, 1002);
  assert.equal(client.close, undefined);
  assert.equal(client.rest.bytes.length, 2 + 4 + 3);
});

test('a ping after a Close needs no pong', async (t) => {
  const rude = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      const head =
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
      const bye = writeFrame({ opcode: opcodes.close, payload: Uint8Array.of(0x03, 0xe9) });
      socket.end(Buffer.concat([Buffer.from(head), ping, bye, ping]));
    });
  });
  rude.listen(0, '127.0.0.1');
  await once(rude, 'listening');
  t.after(() => rude.close());
  const url = new URL(`ws://127.0.0.1:${(rude.address() as AddressInfo).port}/`);
  const testCase = madeCase({ alive: 'untested', steps: [], expect: pending() });
  const { client } = readConversation(await played(url, testCase));
  assert.deepEqual(
    client.frames.map(({ opcode }) => opcode),
    [opcodes.pong, opcodes.close],
  );
});

const topics = /^(segments|fragmentation|interleaving|masking|closing|ping|pong)\//;
const cases = catalogue().filter(
  ({ id, against, before, repeat, level, expect: { ending } }) =>
    against.includes('server') &&
    (topics.test(id) || id.startsWith('utf8/fails-fast')) &&
    !before &&
    !repeat &&
    level !== 'may' &&
    ending.kind !== 'any',
);

const heartbeats: readonly (readonly [string, Uint8Array])[] = [
  ['pings', ping],
  ['pongs', pong],
  ['empty pongs', emptyPong],
];

interface Outcome {
  readonly verdict: Verdict;
  readonly words: string;
}

async function playAll(url: URL): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const waiting = [...cases];
  const playInTurn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const timeline = await played(url, next);
      const { verdict, rule, observed } = judge(next, timeline, { role: 'server', echo: true });
      outcomes.set(next.id, { verdict, words: `${verdict} (${rule}: ${observed})` });
    }
  };
  await Promise.all(Array.from({ length: 8 }, playInTurn));
  return outcomes;
}

describe('cases about segments, fragments, keys, pings and endings have the same verdict', () => {
  let quiet: ReadonlyMap<string, Outcome>;

  before(async () => {
    const peer = await startPeer({});
    quiet = await playAll(peer.url);
    await peer.close();
    assert.ok(quiet.size > 150, `${quiet.size} cases`);
  });

  for (const [what, heartbeat] of heartbeats) {
    test(`with and without ${what}`, async (t) => {
      const outcomes = await playAll(await startPinging(t, heartbeat));
      assert.equal(outcomes.size, quiet.size);
      const different = [...outcomes].filter(
        ([id, { verdict }]) => verdict !== quiet.get(id)?.verdict,
      );
      assert.deepEqual(
        different.map(([id, { words }]) => `${id}: ${quiet.get(id)?.words}, then ${words}`),
        [],
      );
    });
  }
});
