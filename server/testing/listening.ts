/** A server on a free port, and its clients, for the duration of one test. */
import { describe, type TestContext } from 'node:test';
import { behaviours } from '../behaviours.ts';
import type { Behaviour } from '../node/behaviour.ts';
import { createWebSocketServer, type WebSocketServerOptions } from '../node/server.ts';
import type { ServerWebSocket } from '../node/server-web-socket.ts';
import { TcpClient } from './tcp.ts';

type Options = Partial<Omit<WebSocketServerOptions, 'endpoints'>> & {
  readonly endpoints?: Readonly<Record<string, Behaviour>>;
};

/** A counter of events that can be waited for. */
class Counter {
  #count = 0;
  #waiting: (() => void)[] = [];

  add(): void {
    this.#count += 1;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async reach(count: number): Promise<void> {
    while (this.#count < count) await new Promise<void>((wake) => this.#waiting.push(wake));
  }
}

export async function listening(t: TestContext, options: Options = {}) {
  const opened: ServerWebSocket[] = [];
  const [opens, ends, drains] = [new Counter(), new Counter(), new Counter()];
  const endpoints = Object.entries(options.endpoints ?? behaviours).map(
    ([path, behaviour]): [string, Behaviour] => [
      path,
      {
        ...behaviour,
        open: (socket, request) => {
          opened.push(socket);
          opens.add();
          return behaviour.open?.(socket, request);
        },
        drain: (socket) => {
          drains.add();
          behaviour.drain?.(socket);
        },
        close: (socket, code, reason) => {
          ends.add();
          behaviour.close?.(socket, code, reason);
        },
      },
    ],
  );
  const server = createWebSocketServer({
    closeTimeout: 5000,
    ...options,
    endpoints: Object.fromEntries(endpoints),
  });
  await server.listen();
  const clients: TcpClient[] = [];
  t.after(async () => {
    for (const client of clients) client.socket.destroy();
    await server.close();
  });
  return {
    server,
    client: (): TcpClient => {
      const made = new TcpClient(server.url);
      clients.push(made);
      return made;
    },
    /** The server's side of the connection that was opened last; waits for the first. */
    opened: async (): Promise<ServerWebSocket> => {
      await opens.reach(1);
      return opened.at(-1)!;
    },
    /** Waits until that many connections have ended. */
    ended: (count: number) => ends.reach(count),
    drained: () => drains.reach(1),
  };
}

/** The same tests on the public API and below it. */
export function onBothTransports(what: string, define: (listen: typeof listening) => void): void {
  for (const transport of ['auto', 'stream'] as const) {
    describe(`${what}, transport ${transport}`, () => {
      define((t, options = {}) => listening(t, { transport, ...options }));
    });
  }
}
