/** A target that never stops sending costs bounded memory, and is judged by what it sent before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closed, refused } from '../../format/expectation.ts';
import { close } from '../../format/step.ts';
import { judge } from '../../judge/judge.ts';
import { playAsClient } from '../../play/player.ts';
import type { floods } from '../../testing/flooding-server.ts';
import { madeCase } from '../../testing/made-case.ts';
import { startFlood } from '../../testing/start-flood.ts';
import { connect, type ServerTarget } from '../../transport/connect.ts';
import { lengthFrom } from '../../wire/timeline.ts';
import { probeServer } from './probe/probe-server.ts';

const MiB = 2 ** 20;
const closing = madeCase({ steps: [close(1000)], expect: closed([1000, 'none']) });
const compressing = madeCase({
  ...closing,
  handshake: { extensions: { offer: 'permessage-deflate' } },
});
const refusing = madeCase({ steps: [], expect: refused() });

async function play(testCase: typeof closing, target: ServerTarget) {
  const socket = await connect(target, 5000);
  const options = { timeout: 5000, grace: 250, echo: true, seed: 'flood' };
  const { timeline, conversation } = await playAsClient(testCase, socket, target, options);
  const judged = judge(testCase, timeline, { role: 'server', echo: true }, conversation);
  // The verdict can be given again from the stored conversation.
  const { verdict } = judge(testCase, timeline, { role: 'server', echo: true });
  assert.equal(verdict, judged.verdict);
  return { timeline, ...judged };
}

const endings: readonly (readonly [keyof typeof floods, typeof closing, RegExp])[] = [
  ['pings', closing, /^error: not judged: the server sent more than 4,\d+ frames/],
  ['one message', closing, /^error: not judged: the server sent more than 4 MiB that/],
  ['fragments', closing, /^error: not judged: the server sent more than 4,\d+ frames/],
  ['header lines', closing, /^error: not judged: the server sent more than 4 MiB that/],
  ['interim responses', closing, /^error: not judged: the server sent more than 4,\d+ responses/],
  ['pings after Close', closing, /^error: not judged: the server sent more than 4,\d+ frames/],
  [
    'compressed messages',
    compressing,
    /^error: not judged: the server sent more than 4 MiB of inflated messages/,
  ],
  // What was sent before decides: a message after the case has begun, a refusal. All of them may have
  // come as a greeting.
  [
    'empty messages',
    closing,
    /^fail: text ""$|^error: not judged: the server sent more than 4,\d+ frames/,
  ],
  [
    'body of a refusal',
    refusing,
    /^pass: HTTP\/1.1 400 Bad Request, then more than 4 MiB without an end$/,
  ],
  ['a ping every 5 ms', closing, /^pass: Close 1000/],
];

for (const [kind, testCase, expected] of endings) {
  test(`a flood: ${kind}`, { timeout: 60_000 }, async (t) => {
    const target = await startFlood(t, kind);
    const { verdict, observed, timeline } = await play(testCase, target);
    assert.match(`${verdict}: ${observed}`, expected);
    const recorded = lengthFrom(timeline, 'server') + lengthFrom(timeline, 'client');
    assert.ok(recorded < 5 * MiB, `${recorded} octets are recorded`);
  });
}

test('a probe of a flooding server ends with an explanation', { timeout: 60_000 }, async (t) => {
  await assert.rejects(probeServer(await startFlood(t, 'pings')), {
    name: 'FloodError',
    message: /^ws:\S+ sends without end: more than 4,\d+ frames arrived unsolicited/,
  });
});

const heaviest = [
  'pings',
  'empty messages',
  'one message',
  'compressed messages',
  'interim responses',
] as const;
for (const kind of heaviest) {
  test(`16 simultaneous floods of ${kind} cost bounded memory`, { timeout: 120_000 }, async (t) => {
    const target = await startFlood(t, kind);
    const testCase = kind === 'compressed messages' ? compressing : closing;
    const before = process.memoryUsage.rss();
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 5);
    t.after(() => clearInterval(timer));
    const played = await Promise.all(Array.from({ length: 16 }, () => play(testCase, target)));
    most = Math.max(most, process.memoryUsage.rss());
    assert.equal(played.length, 16);
    assert.ok(most - before < 250 * MiB, `${Math.round((most - before) / MiB)} MiB more`);
  });
}
