/** A target that answers slowly, and one thing at a time. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { answered } from '../format/expectation.ts';
import { acceptFor } from '../format/handshake.ts';
import { text } from '../format/step.ts';
import { judge } from '../judge/judge.ts';
import { closeBody } from '../reference/behaviour.ts';
import { madeCase } from '../testing/made-case.ts';
import { connect } from '../transport/connect.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';
import { playAsClient } from './player.ts';

const word = 'slow';
const count = 6;
/** Six answers take longer than one wait, and each of them a part of it. */
const timing = { betweenAnswers: 150, timeout: 600 };

const testCase = madeCase({
  alive: 'untested',
  steps: Array.from({ length: count }, () => text(word)),
  expect: answered(Array.from({ length: count }, () => ({ kind: 'text', payload: word }))),
});

/** @param answers how many of the messages it ever answers */
async function verdictOn(answers: number): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (head) => {
      const key = /Sec-WebSocket-Key: (.*)\r/.exec(head.toString('latin1'))?.[1] ?? '';
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`,
      );
      let left = answers;
      const answer = () => {
        if (left === 0) return;
        left -= 1;
        socket.write(writeFrame({ opcode: opcodes.text, payload: Buffer.from(word) }));
        if (left > 0) setTimeout(answer, timing.betweenAnswers);
        // What comes from now on is the Close.
        else {
          socket.removeAllListeners('data');
          socket.once('data', () =>
            socket.end(writeFrame({ opcode: opcodes.close, payload: closeBody(1000) })),
          );
        }
      };
      socket.once('data', answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = { url: new URL(`ws://127.0.0.1:${port}/`), headers: [], insecure: false };
  try {
    const options = { timeout: timing.timeout, grace: 20, echo: true, seed: 'slow' };
    const { timeline } = await playAsClient(testCase, await connect(target, 5000), target, options);
    const { verdict, rule } = judge(testCase, timeline, { role: 'server', echo: true });
    return `${verdict} ${rule}`;
  } finally {
    server.close();
  }
}

test('many answers may take longer than the time-out, as long as each comes within it', async () => {
  assert.equal(await verdictOn(count), 'pass case');
});

test('an answer that never comes is reported as missing', async () => {
  assert.equal(await verdictOn(count - 1), 'fail missing-answer');
});
