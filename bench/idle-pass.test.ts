import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { createWebSocketServer } from '../server/node/server.ts';
import { measureIdleBytes } from './idle-pass.ts';

for (const deflate of [false, true]) {
  test(`idle connections outlast the server's pings${deflate ? ', after a message' : ''}`, async (t) => {
    let pongs = 0;
    let wake: () => void = () => {};
    const server = createWebSocketServer({
      compression: deflate,
      idleTimeout: 500,
      endpoints: {
        '/': {
          message: (socket, message) => socket.send(message),
          pong: () => {
            pongs += 1;
            wake();
          },
          close: () => wake(),
        },
      },
    });
    const { port } = await server.listen();
    t.after(() => server.close(1001, 0));
    // Each has been pinged and has answered, twice.
    const collectGarbage = async () => {
      const connections = server.sockets.size;
      const wanted = pongs + 2 * connections;
      while (pongs < wanted && server.sockets.size === connections) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const workload = {
      kind: 'idle',
      id: 'idle',
      title: 'idle',
      connections: 120,
      deflate,
    } as const;
    const bytes = await measureIdleBytes({ port, pid: process.pid, collectGarbage }, workload);
    assert.ok(Number.isFinite(bytes));
    assert.equal(server.sockets.size, 120);
  });
}
