import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** Calls back with the `host:port` of a listening server, which it closes afterwards. */
export async function listening(
  server: Server,
  use: (address: string, server: Server) => Promise<void>,
): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    server.close();
  }
}
