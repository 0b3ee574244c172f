import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { applicationMessage } from '../../../format/application-message.ts';
import { describeReaction } from '../../../format/target-behaviour.ts';
import { type Behaviour, correct, type EchoedMessage } from '../../../reference/behaviour.ts';
import { startPeer } from '../../../reference/server.ts';
import { listening } from '../../../testing/listening.ts';
import { opcodes } from '../../../wire/wire.ts';
import { serverTarget } from '../server-target.ts';
import type { Capabilities } from './capabilities.ts';
import { probeServer } from './probe-server.ts';

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
  const { echo, pong, behaviour } = await probed({
    greet: [{ opcode: opcodes.binary, payload: Buffer.from('welcome') }],
    payload: {
      ...correct.payload,
      message: ({ opcode }) => (opcode === opcodes.text ? 1008 : undefined),
    },
    pong: (payload) => [payload.map((octet) => octet ^ 0x55)],
  });
  assert.deepEqual([echo, pong], [false, true]);
  assert.equal(behaviour?.unasked.greeting, 1);
  const { text, binary, ping } = behaviour.reactions;
  assert.equal(describeReaction(text), 'Close 1008');
  assert.equal(describeReaction(binary), 'the same message');
  assert.equal(describeReaction(ping), 'a pong with another payload');
});

const answering = (answer: string) => ({
  echo: (message: EchoedMessage) => [{ ...message, data: Buffer.from(answer) }],
});

test('answers that are no echo are distinguished', async () => {
  const other = await probed(answering('what?'));
  assert.deepEqual([other.echo, other.behaviour?.reactions.text.kind], [false, 'message']);
  const wrapped = await probed({
    echo: (message) => [{ ...message, data: Buffer.from(`you said: ${message.data}`) }],
  });
  assert.deepEqual([wrapped.echo, wrapped.behaviour?.reactions.text.kind], [false, 'transformed']);
});

test('the answers to first messages and to the message of the user are known', async () => {
  const peer = await startPeer(answering('what?'));
  try {
    const message = applicationMessage(Buffer.from('{"id":1}'));
    const settings = { message, inits: [applicationMessage(Buffer.from('CONNECT'))] };
    const { behaviour } = await probeServer(serverTarget(peer.url), 300, 0, settings);
    assert.deepEqual(
      [behaviour?.message?.text.kind, behaviour?.message?.binary.kind],
      ['message', 'message'],
    );
    assert.ok(behaviour?.slowestInit !== undefined);
  } finally {
    await peer.close();
  }
});

test('a target that ends at the second ping is one that counts pings', async () => {
  let pings = 0;
  const { pong, behaviour } = await probed({
    ...answering('what?'),
    payload: {
      ...correct.payload,
      flood: ({ opcode, payload }) => {
        if (opcode !== opcodes.ping) return undefined;
        pings += 1;
        return Buffer.from(payload).toString().endsWith('2') ? 1008 : undefined;
      },
    },
  });
  assert.ok(pings > 0);
  assert.deepEqual([pong, behaviour?.secondPing], [true, { kind: 'close', code: 1008 }]);
});
