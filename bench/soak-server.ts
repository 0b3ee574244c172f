/** The server under soak, a separate process that reports its status on request. */

import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createWebSocketServer } from '../server/node/server.ts';

/** What the soak requests. */
export type Question = 'status' | 'close';

export interface Status {
  readonly port: number;
  /** Bytes, after garbage was collected. */
  readonly memory: NodeJS.MemoryUsage;
  readonly openConnections: number;
  /** What keeps the process alive, apart from its standard streams and the channel to the soak. */
  readonly handles: readonly string[];
}

const server = createWebSocketServer({
  endpoints: { '/': { message: (socket, message) => socket.send(message) } },
  compression: true,
  // Long enough for a machine that is busy otherwise: the limits are tested elsewhere.
  handshakeTimeout: 60_000,
  closeTimeout: 60_000,
});
const { port } = await server.listen();

process.on('message', async (question: Question) => {
  if (question === 'close') {
    await server.close();
    // libuv releases a closed handle at the end of the loop iteration, after the immediates.
    await nextTurn();
    await nextTurn();
  }
  process.send?.(status());
  if (question === 'close') process.disconnect();
});
const atStart = countHandles();
process.send?.(status());

function status(): Status {
  // Twice: the first collection runs finalizers, the second frees what they released.
  for (let pass = 0; pass < 2; pass++) globalThis.gc?.();
  return {
    port,
    memory: process.memoryUsage(),
    openConnections: server.sockets.size,
    handles: [...countHandles()].flatMap(([kind, count]) => {
      const own = kind === 'TCPServerWrap' ? 0 : (atStart.get(kind) ?? 0);
      return count > own ? [`${count - own} ${kind}`] : [];
    }),
  };
}

function countHandles(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
