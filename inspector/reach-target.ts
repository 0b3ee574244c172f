/** Connects to the server that an inspected client asks for. */

import type { Channel } from '../conformance/transport/channel.ts';
import { type ConnectError, connect, reasonOf } from '../conformance/transport/connect.ts';

/** How long a target may take to accept a connection, in ms. */
const timeout = 10_000;

/** @throws Error with the reason when the target cannot be reached */
export async function reachTarget(url: URL): Promise<Channel> {
  // Servers on this machine use self-signed certificates; nobody can intercept the loopback.
  const insecure = /^(localhost|127\..*|\[::1\])$/.test(url.hostname);
  try {
    return await connect({ url, headers: [], insecure }, timeout);
  } catch (error) {
    const { code, cause } = error as ConnectError;
    const why = code === 'ECONNREFUSED' ? 'nothing is listening there' : reasonOf(cause as Error);
    throw new Error(`${url.host} cannot be reached: ${why}.`, { cause: error });
  }
}
