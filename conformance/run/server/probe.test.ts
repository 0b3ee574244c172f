import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { type Behaviour, correct, type EchoedMessage } from '../../reference/behaviour.ts';
import { startPeer } from '../../reference/server.ts';
import { listening } from '../../testing/listening.ts';
import { opcodes } from '../../wire/wire.ts';
import { type Capabilities, probeServer } from './probe.ts';
import { serverTarget } from './server-target.ts';

async function probed(behaviour: Partial<Behaviour>) {
  const peer = await startPeer(behaviour);
  try {
    return await probeServer({ url: peer.url, headers: [], insecure: false }, 300);
  } finally {
    await peer.close();
  }
}

test('the probe finds the capabilities of a target', async () => {
  const { echo, pong, deflate, ending } = await probed({});
  assert.deepEqual([echo, pong, deflate, ending], [true, true, true, 'Close 1000, then FIN']);
  const silent = await probed({ echo: () => [] });
  assert.deepEqual([silent.echo, silent.pong], [false, true]);
  const deaf = await probed({ pong: () => [] });
  assert.deepEqual([deaf.echo, deaf.pong], [true, false]);
});

test('an address that accepts no handshake is refused', async () => {
  await assert.rejects(probed({ request: { everything: () => 403 } }), {
    name: 'NotAWebSocketServerError',
    message: /does not accept a WebSocket handshake: .*403/,
  });
});

/** A target that has just been started: only from the second connection on does it behave normally. */
function fromTheSecondOn<Argument, Answer>(answer: (argument: Argument) => readonly Answer[]) {
  let times = 0;
  return (argument: Argument) => {
    times += 1;
    return times > 1 ? answer(argument) : [];
  };
}

test('a missing answer is requested again', async () => {
  const cold = await probed({
    echo: fromTheSecondOn((message: EchoedMessage) => [message]),
    pong: fromTheSecondOn((payload: Uint8Array) => [payload]),
  });
  assert.deepEqual([cold.echo, cold.pong, cold.deflate], [true, true, true]);
  let offers = 0;
  const shy = await probed({
    agree: (offered) => {
      offers += 1;
      return offers > 1 ? correct.agree(offered) : undefined;
    },
  });
  assert.equal(shy.deflate, true);
});

/** Silent on its first connections, although TCP accepts them, and correct on later ones. */
async function probedWhenCold(silent: number, warmUp: number) {
  const peer = await startPeer({});
  let connections = 0;
  const cold = createServer((socket) => {
    socket.on('error', () => {});
    connections += 1;
    if (connections <= silent) return;
    const onward = connect(Number(peer.url.port), '127.0.0.1');
    onward.on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  });
  try {
    let found: Promise<Capabilities> | undefined;
    await listening(cold, async (address) => {
      found = probeServer(serverTarget(`ws://${address}/`), 300, warmUp);
      await found.catch(() => {});
    });
    return await found!;
  } finally {
    await peer.close();
  }
}

test('a target that answers no handshake at first is waited for during the warm-up', async () => {
  const { echo, pong, deflate } = await probedWhenCold(5, 60_000);
  assert.deepEqual([echo, pong, deflate], [true, true, true]);
});

test('a single silent handshake does not count as a missing target', async () => {
  const { echo, pong } = await probedWhenCold(1, 0);
  assert.deepEqual([echo, pong], [true, true]);
  await assert.rejects(probedWhenCold(50, 0), { name: 'NotAWebSocketServerError' });
});

test('a wrong answer counts as an answer, which the cases judge', async () => {
  const asBinary = await probed({ echo: (message) => [{ ...message, type: 'binary' }] });
  assert.equal(asBinary.echo, true);
  const otherWords = await probed({ pong: () => [Buffer.from('other words')] });
  assert.equal(otherWords.pong, true);
  const damaged = await probed({
    dress: (frame) => (frame.rsv1 ? { ...frame, payload: Buffer.from('no deflate') } : frame),
  });
  assert.deepEqual([damaged.echo, damaged.deflate], [true, true]);
});

test('a target that greets and drops clients that send messages still answers pings', async () => {
  const { echo, pong } = await probed({
    greet: [{ opcode: opcodes.binary, payload: Buffer.from('welcome') }],
    payload: {
      ...correct.payload,
      message: ({ opcode }) => (opcode === opcodes.text ? 1008 : undefined),
    },
    pong: (payload) => [payload.map((octet) => octet ^ 0x55)],
  });
  assert.deepEqual([echo, pong], [false, true]);
});
