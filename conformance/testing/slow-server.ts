/**
 * A command for tests and measurements: a correct echo server at `PORT` that serves one thing at a
 * time, across all connections.
 *
 * `--late 300`: each answer leaves 300 ms after the previous one has left.
 * `--computes 40`: it is busy for 40 ms with each message, and does nothing else meanwhile.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPeer } from '../reference/server.ts';

const { values } = parseArgs({
  options: {
    late: { type: 'string', default: '0' },
    computes: { type: 'string', default: '0' },
  },
});
const late = Number(values.late);
const computes = Number(values.computes);

const correct = await startPeer({
  echo: (message) => {
    const end = performance.now() + computes;
    while (performance.now() < end);
    return [message];
  },
});

/** Resolves when the answers so far have left. */
let answered: Promise<unknown> = Promise.resolve();

function answerLate(answer: () => void): void {
  answered = answered.then(() => pause(late)).then(answer);
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const peer = connect({ port: Number(correct.url.port), host: '127.0.0.1', noDelay: true });
  client.pipe(peer);
  peer.on('data', (bytes) => answerLate(() => client.write(bytes)));
  // An end is not an answer: it leaves with the last one.
  peer.on('end', () => {
    answered = answered.then(() => client.end());
  });
  for (const [socket, other] of [
    [client, peer],
    [peer, client],
  ] as const) {
    socket.on('error', () => other.destroy());
    socket.on('close', () => socket === client && peer.destroy());
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
await once(server, 'listening');
