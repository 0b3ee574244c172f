import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { acceptFor } from '../../../format/handshake.ts';
import type { ServerTarget } from '../../../transport/connect.ts';
import { findHelpfulHeader } from './helpful-header.ts';
import { probeServer } from './probe-server.ts';

/** Answers each request by what it offers. */
async function start(
  t: TestContext,
  answer: (field: (name: string) => string, socket: Socket) => void,
): Promise<ServerTarget> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      const head = bytes.toString('latin1');
      answer((name) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(head)?.[1] ?? '', socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`ws://127.0.0.1:${port}/`), headers: [], insecure: false };
}

const accept = (field: (name: string) => string, socket: Socket) =>
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(field('Sec-WebSocket-Key'))}\r\n\r\n`,
  );
const refuse = (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
const closeFrame = (code: number, reason: string) => {
  const body = Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]);
  return Buffer.concat([Buffer.of(0x88, body.length), body]);
};

test('a subprotocol that is required is found', async (t) => {
  const target = await start(t, (field, socket) =>
    field('Sec-WebSocket-Protocol') === 'vite-hmr' ? accept(field, socket) : refuse(socket),
  );
  assert.deepEqual(await findHelpfulHeader(target, 1000), ['Sec-WebSocket-Protocol', 'vite-hmr']);
});

test('a 101 and a Close at once is no acceptance', async (t) => {
  const target = await start(t, (field, socket) => {
    accept(field, socket);
    if (field('Sec-WebSocket-Protocol') !== 'graphql-ws') {
      socket.end(closeFrame(4406, 'Subprotocol not acceptable'));
    }
  });
  assert.deepEqual(await findHelpfulHeader(target, 1000), ['Sec-WebSocket-Protocol', 'graphql-ws']);
  await assert.rejects(probeServer(target, 1000), {
    name: 'NotAWebSocketServerError',
    message: `${target.url.href} accepts a handshake and ends each connection at once, with a Close 4406 "Subprotocol not acceptable"`,
  });
});

test('an Origin that is required is the own one', async (t) => {
  const target = await start(t, (field, socket) =>
    field('Origin') === `http://${field('Host')}` ? accept(field, socket) : refuse(socket),
  );
  assert.deepEqual(await findHelpfulHeader(target, 1000), ['Origin', `http://${target.url.host}`]);
});

test('nothing is found for a target that refuses everything, and what it says is shown', async (t) => {
  const body = `no licence \u001b[2J${'x'.repeat(300)}`;
  const target = await start(t, (_field, socket) =>
    socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
  );
  assert.equal(await findHelpfulHeader(target, 1000), undefined);
  await assert.rejects(probeServer(target, 1000), ({ message }: Error) => {
    assert.match(message, /400 Bad Request.*with the body "no licence \\x1b\[2Jx+"…$/);
    return true;
  });
});

test('a chunked body is shown without its framing', async (t) => {
  const target = await start(t, (_field, socket) =>
    socket.end(
      'HTTP/1.1 426 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nthis\r\n9\r\n and that\r\n0\r\n\r\n',
    ),
  );
  await assert.rejects(probeServer(target, 1000), /426 No, with the body "this and that"$/);
});
