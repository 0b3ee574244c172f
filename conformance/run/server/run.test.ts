import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Case } from '../../format/case.ts';
import { accepted, answered } from '../../format/expectation.ts';
import { acceptFor, request } from '../../format/handshake.ts';
import { text } from '../../format/step.ts';
import { type RunningPeer, startPeer } from '../../reference/server.ts';
import type { CaseResult } from '../../results/case-result.ts';
import { listening } from '../../testing/listening.ts';
import { madeCase } from '../../testing/made-case.ts';
import type { Capabilities } from './probe/capabilities.ts';
import { probeServer } from './probe/probe-server.ts';
import { type RunOptions, runServerCase, runServerCases } from './run.ts';
import { serverTarget } from './server-target.ts';

let peer: RunningPeer;
let capabilities: Capabilities;

before(async () => {
  peer = await startPeer({});
  capabilities = await probeServer(serverTarget(peer.url));
});

after(() => peer.close());

const testCase = madeCase({ alive: 'untested', expect: accepted() });

const wrong: readonly RunOptions[] = [
  ...[Number.NaN, Infinity, -1, 0, 1.5, 2 ** 31].map((timeout) => ({ timeout })),
  ...[Number.NaN, Infinity, -1].map((grace) => ({ grace })),
  ...[Number.NaN, Infinity, -1, 0, 1.5].map((concurrency) => ({ concurrency })),
];
for (const options of wrong) {
  const [[name, value]] = Object.entries(options) as [[string, number]];
  test(`${name} ${value} is refused as an invalid option`, async () => {
    const target = serverTarget(peer.url);
    const refused = {
      name: 'RangeError',
      message: new RegExp(`^${name} must be .*, not ${value}$`),
    };
    await assert.rejects(runServerCases([testCase], target, options).next(), refused);
    if (name === 'concurrency') return;
    await assert.rejects(runServerCase(testCase, target, options), refused);
    if (name === 'timeout') await assert.rejects(probeServer(target, value), refused);
  });
}

test('an undefined option has its default', async () => {
  const slow = createServer((socket) => {
    socket.once('data', async (bytes) => {
      const key = /Sec-WebSocket-Key: (.*)\r/.exec(bytes.toString('latin1'))?.[1] ?? '';
      // Later than the end of a wait without a length; a target passes if there is a wait at all.
      await pause(100);
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`,
      );
    });
  });
  await listening(slow, async (address) => {
    const options = { capabilities, timeout: undefined, grace: undefined };
    // As written by a caller whose types are less exact.
    const given = options as { capabilities: Capabilities };
    const { rule } = await runServerCase(testCase, serverTarget(`ws://${address}/`), given);
    assert.notEqual(rule, 'handshake-failed');
  });
});

test('a case for clients is skipped against a server', async () => {
  const forClients = madeCase({ against: ['client'], expect: accepted() });
  const target = serverTarget(peer.url);
  const skipped = await runServerCase(forClients, target, { capabilities });
  const { verdict, observed, conversations } = skipped;
  assert.deepEqual(
    [verdict, observed, conversations],
    ['skip', 'the case is only for clients', []],
  );
});

test('a URL instead of a target is refused, and the error names serverTarget', async () => {
  const address = peer.url.href as unknown as ReturnType<typeof serverTarget>;
  const noTarget = {
    name: 'TypeError',
    message: `${address} is not a target: create one with serverTarget('ws://…')`,
  };
  await assert.rejects(probeServer(address), noTarget);
  await assert.rejects(runServerCases([testCase], address).next(), noTarget);
  await assert.rejects(runServerCase(testCase, address, { capabilities }), noTarget);
});

/** Each throws in a different place: while its head is written, while an answer is read, in the judge. */
const throwing: Readonly<Record<string, Partial<Case>>> = {
  'while a head is written': {
    handshake: request({ splitAfter: ['no such text'] }),
    expect: accepted(),
  },
  'inside a listener of the socket': {
    steps: [text('anything')],
    expect: answered([
      {
        kind: 'text',
        get payload(): string {
          if (new Error().stack?.includes('play/peer')) throw new Error('thrown on purpose');
          return 'anything';
        },
      },
    ]),
  },
  'in a check': {
    expect: accepted({
      kind: 'closeReason',
      get reason(): string {
        throw new Error('thrown on purpose');
      },
    }),
  },
};

for (const [where, part] of Object.entries(throwing)) {
  test(`a case that throws ${where} is not judged, and the run continues`, async () => {
    const [first, broken, last] = ['test/one', 'test/broken', 'test/last'].map((id) =>
      madeCase({ id, alive: 'untested', ...(id === 'test/broken' && part) }),
    ) as [Case, Case, Case];
    const results = new Map<string, CaseResult>();
    const options = { capabilities, timeout: 2000 };
    for await (const result of runServerCases(
      [first, broken, last],
      serverTarget(peer.url),
      options,
    ))
      results.set(result.case.id, result);
    assert.deepEqual(
      [first, broken, last].map(({ id }) => results.get(id)?.verdict),
      ['pass', 'error', 'pass'],
    );
    const { observed, stack, conversations } = results.get(broken.id)!;
    assert.match(observed, /^a bug in Framewright, please report it: (the head|thrown on purpose)/);
    assert.match(stack ?? '', /^Error: .*\n +at /);
    assert.deepEqual(conversations, []);
  });
}

test('an aborted case rejects with the reason, and its connection is dropped', async () => {
  const abort = new AbortController();
  const reason = new Error('long enough');
  // It accepts the connection and never answers, so only the signal ends the case.
  const server = createServer();
  await listening(server, async (address) => {
    const connected = once(server, 'connection');
    const target = serverTarget(`ws://${address}/`);
    const options = { capabilities, timeout: 60_000, signal: abort.signal };
    const result = runServerCase(testCase, target, options);
    const [socket] = (await connected) as [Socket];
    const closed = once(socket.resume(), 'close');
    abort.abort(reason);
    await assert.rejects(result, reason);
    await closed;
    await assert.rejects(runServerCase(testCase, target, options), reason);
  });
});
