/** The player against small peers in this process: it distinguishes each kind of ending. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import {
  answered,
  closed,
  type Expectation,
  echoOf,
  failed,
  pending,
} from '../format/expectation.ts';
import { aliveCase } from '../format/liveness.ts';
import {
  awaits,
  close,
  eachInItsOwnSegment,
  fin,
  inSegmentsOf,
  rst,
  type Step,
  text,
} from '../format/step.ts';
import { describeEnding } from '../judge/sentences.ts';
import { type Behaviour, closeBody, correct } from '../reference/behaviour.ts';
import { startPeer } from '../reference/server.ts';
import { madeCase } from '../testing/made-case.ts';
import { connect } from '../transport/connect.ts';
import { dial } from '../transport/dial.ts';
import { readConversation } from '../wire/conversation.ts';
import type { Timeline } from '../wire/timeline.ts';
import { opcodes } from '../wire/wire.ts';
import type { ClosingWait } from './closing-wait.ts';
import { Peer } from './peer.ts';
import { playAsClient } from './player.ts';

async function played(
  behaviour: Partial<Behaviour>,
  steps: readonly Step[],
  expect: Expectation,
  timeout = 2000,
  closing?: ClosingWait,
): Promise<Timeline> {
  const testCase = madeCase({ steps, expect });
  const peer = await startPeer(behaviour);
  try {
    const target = { url: peer.url, headers: [], insecure: false };
    const options = { timeout, grace: 20, echo: true, seed: 'player', closing };
    const socket = await connect(target, 2000);
    const { timeline, conversation } = await playAsClient(testCase, socket, target, options);
    assert.deepEqual(conversation, readConversation(timeline));
    return timeline;
  } finally {
    await peer.close();
  }
}

const endingOf = (timeline: Timeline) => describeEnding(readConversation(timeline), 'server');
const bad = text('bad', { rsv3: true });
const dead: Partial<Behaviour> = { header: { ...correct.header, everything: () => 1002 } };

/** What the target does about a bad frame, and what the record then says of its end. */
const endings: readonly (readonly [Partial<Behaviour>, string])[] = [
  [{}, 'Close 1002, then FIN'],
  [{ end: 'rst' }, 'Close 1002, then RST'],
  [{ end: 'never' }, 'Close 1002, then timeout: the end of TCP did not come'],
  [{ fail: () => new Uint8Array(0) }, 'Close without a code, then FIN'],
  [{ fail: () => closeBody(1000, 'bye') }, 'Close 1000, then FIN'],
  [{ fail: () => undefined }, 'FIN without Close'],
  [{ fail: () => undefined, end: 'rst' }, 'RST without Close'],
  [
    { fail: () => 'go on' },
    'a Pong to the Ping that asked whether it is still there, then still open',
  ],
  [{ fail: () => undefined, end: 'never' }, 'timeout: the end of the connection did not come'],
];

for (const [behaviour, ending] of endings) {
  test(`a target that fails the connection: ${ending}`, async () => {
    const timeout = behaviour.end === 'never' ? 100 : 2000;
    assert.equal(endingOf(await played(behaviour, [bad], failed(1002), timeout)), ending);
  });
}

for (const how of ['fin', 'rst'] as const) {
  test(`a ${how} of ours is one for the target`, async (t) => {
    const server = createServer();
    t.after(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const { port } = server.address() as AddressInfo;
    const peer = new Peer(await dial({ host: '127.0.0.1', port }), 'client');
    const [target] = await accepted;
    const seen = new Promise((resolve) => {
      target.on('end', () => resolve('fin'));
      target.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    });
    target.resume();
    peer.end(how);
    assert.equal(await seen, how === 'fin' ? 'fin' : 'ECONNRESET');
    peer.destroy();
    target.destroy();
  });
}

test('a FIN after a Close leaves with it: both are one call of the channel', async (t) => {
  const peer = await startPeer({});
  t.after(() => peer.close());
  const target = { url: peer.url, headers: [], insecure: false };
  for (const [how, step] of [
    ['fin', fin],
    ['rst', rst],
  ] as const) {
    const steps = [close(1000), step];
    const testCase = madeCase({ alive: 'untested', steps, expect: closed(1000) });
    const channel = await connect(target, 2000);
    const calls: string[] = [];
    const [write, end] = [channel.write.bind(channel), channel.end.bind(channel)];
    channel.write = (bytes, flushed) => {
      calls.push(`write ${bytes.length}`);
      write(bytes, flushed);
    };
    channel.end = (ending, last) => {
      calls.push(`end ${ending} ${last?.length}`);
      end(ending, last);
    };
    const options = { timeout: 2000, grace: 20, echo: true, seed: 'player' };
    const { timeline } = await playAsClient(testCase, channel, target, options);
    const closeLength = 2 + 4 + 2;
    assert.deepEqual(calls.slice(1), [`end ${how} ${closeLength}`]);
    const kinds = timeline.entries.map((entry) =>
      'from' in entry ? `${entry.from} ${entry.kind}` : '',
    );
    const at = kinds.lastIndexOf('client bytes');
    assert.equal(kinds[at + 1], `client ${how}`);
  }
});

test('what the harness itself does to a connection is on record', async () => {
  const last = (timeline: Timeline) => {
    const entry = timeline.entries.at(-1)!;
    return `${'from' in entry ? entry.from : ''} ${entry.kind}`;
  };
  const open = await played({ end: 'never' }, [bad], failed(1002), 60);
  assert.equal(last(open), 'client drop');
  assert.equal(endingOf(open), 'Close 1002, then timeout: the end of TCP did not come');
  const waiting = await played({}, [text('half', { cut: 1 })], pending());
  assert.equal(last(waiting), 'client drop');
  assert.equal(endingOf(waiting), 'still open');
  assert.equal(last(await played({ fail: () => undefined }, [bad], failed(1002))), 'client fin');
  assert.notEqual(last(await played({ end: 'rst' }, [bad], failed(1002))), 'client drop');
});

test('the response to the handshake is waited for as long as is said of it', {
  timeout: 20_000,
}, async (t) => {
  const server = createServer();
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const target = { url: new URL(`ws://127.0.0.1:${port}/`), headers: [], insecure: false };
  const { conversation } = await playAsClient(aliveCase, await connect(target, 2000), target, {
    timeout: 1_000_000,
    openingTimeout: 50,
    grace: 20,
    echo: true,
    seed: 'player',
  });
  const { ending } = conversation.server;
  assert.equal(ending.how === 'timeout' && ending.waitingFor, 'the response to the handshake');
});

test('a Close is waited for, then the end of TCP', async () => {
  const steps = [close(1000)];
  assert.equal(endingOf(await played({}, steps, closed(1000))), 'Close 1000, then FIN');
  const silent = await played({ answerClose: () => undefined }, steps, closed(1000));
  assert.equal(endingOf(silent), 'FIN without Close');
});

test("an answered conversation ends with our Close and the target's", async () => {
  const hello = text('hello');
  const timeline = await played({}, [hello], answered([echoOf(hello)]));
  const { client, server } = readConversation(timeline);
  assert.deepEqual([client.close?.code, server.close?.code], [1000, 1000]);
  assert.deepEqual(
    timeline.entries.flatMap((entry) =>
      entry.kind === 'bytes' ? [] : [`${entry.kind} ${'from' in entry ? entry.from : ''}`],
    ),
    ['fin server', 'fin client'],
  );
});

test('an answer that does not come is a timeout, and nothing follows it', async () => {
  const steps = [text('one'), awaits('message'), text('two'), awaits('message')];
  const expect = answered([echoOf(text('one')), echoOf(text('two'))]);
  const { client, server } = readConversation(await played({ echo: () => [] }, steps, expect, 60));
  assert.equal(client.frames.length, 1);
  assert.deepEqual(server.ending.how === 'timeout' && server.ending.waitingFor, 'the next message');
});

test('a target that closed by itself is provoked by nothing any more', async () => {
  const leaving: Partial<Behaviour> = {
    greet: [{ opcode: opcodes.close, payload: closeBody(1000) }],
    echo: () => [],
  };
  const { client } = readConversation(await played(leaving, [bad], failed(1002), 1000));
  assert.ok(client.frames.every(({ rsv3 }) => !rsv3));
  assert.equal(client.close?.code, 1000);
});

test('nothing is sent after a wrong answer', async () => {
  const steps = [text('one'), awaits('message'), text('two'), awaits('message')];
  const expect = answered([echoOf(text('one')), echoOf(text('two'))]);
  const lossy: Partial<Behaviour> = {
    echo: (message) => [{ ...message, data: message.data.subarray(1) }],
  };
  const { client } = readConversation(await played(lossy, steps, expect, 60_000));
  assert.equal(client.frames.length, 1);
});

test('nothing is waited for after a wrong answer', async () => {
  const wrong = {
    echo: () => [{ type: 'binary', data: new Uint8Array(0), compressed: false }] as const,
  };
  const started = await played(wrong, [text('one')], answered([echoOf(text('one'))]), 60_000);
  assert.equal(endingOf(started), 'still open');
});

test('a target that closes while its answer is awaited is not waited for', async () => {
  const steps = [text('one'), awaits('message')];
  const timeline = await played(dead, steps, answered([echoOf(text('one'))]), 60_000);
  assert.equal(endingOf(timeline).split(',')[0], 'Close 1002');
});

test('the proof of life comes before a provocation, in a separate exchange', async () => {
  const { client, server } = readConversation(await played({}, [bad], failed(1002)));
  assert.deepEqual(
    client.frames.map(({ opcode, rsv3 }) => [opcode, rsv3]),
    [
      [1, false],
      [1, true],
      [8, false],
    ],
  );
  assert.equal(server.messages.length, 1);
});

test('items share a write unless their case cuts them', async () => {
  const sizesOf = async (steps: readonly Step[]) => {
    const expect = answered([echoOf(text('one')), echoOf(text('two'))]);
    const { entries } = await played({}, steps, expect);
    return entries
      .flatMap((entry) =>
        entry.kind === 'bytes' && entry.from === 'client' ? [entry.bytes.length] : [],
      )
      .slice(1, -1);
  };
  const frame = 2 + 4 + 3;
  assert.deepEqual(await sizesOf([text('one'), text('two')]), [2 * frame]);
  assert.deepEqual(await sizesOf([eachInItsOwnSegment(text('one'), text('two'))]), [frame, frame]);
  assert.deepEqual(await sizesOf([inSegmentsOf(8, text('one'), text('two'))]), [8, 8, 2]);
});

test('the end of a conversation is waited for as long as its own wait says', async () => {
  for (const [behaviour, sign] of [
    [{ answerClose: () => undefined, end: 'never' }, 'a Close frame'],
    [{ end: 'never' }, 'the end of TCP'],
  ] as const) {
    const waited: [string, boolean][] = [];
    const closing: ClosingWait = {
      timeoutFor: (which, other) => (which === sign ? 1 : other),
      take: (...signAndWhetherItCame) => waited.push(signAndWhetherItCame),
    };
    const steps = [text('hello')];
    const expect = answered([echoOf(text('hello'))]);
    const timeline = await played(behaviour, steps, expect, 60_000, closing);
    assert.match(endingOf(timeline), new RegExp(`timeout: ${sign} did not come$`));
    assert.deepEqual(waited.at(-1), [sign, false]);
  }
});
