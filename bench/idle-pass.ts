import { ClientConnection } from './client-connection.ts';
import { clientFrame } from './client-frame.ts';
import type { PeerProcess } from './peer-process.ts';
import { residentBytes } from './process-cost.ts';
import { ReplyReader } from './reply-reader.ts';
import { requestFrame, Unsupported } from './verification-pass.ts';
import { type IdleWorkload, jsonEcho } from './workloads.ts';

/** The first connections pay for code and pools, and are not counted. */
const firstConnections = 100;
const atOnce = 50;

/** Resident bytes that one more idle connection costs the server after garbage collection. */
export async function measureIdleBytes(
  server: Pick<PeerProcess, 'pid' | 'port' | 'collectGarbage'>,
  workload: IdleWorkload,
): Promise<number> {
  const connections: ClientConnection[] = [];
  const growTo = async (total: number) => {
    while (connections.length < total) {
      const batch = Math.min(atOnce, total - connections.length);
      const opened = await Promise.all(
        Array.from({ length: batch }, () => openIdle(server.port, workload.deflate)),
      );
      connections.push(...opened);
    }
    await server.collectGarbage();
    return residentBytes(server.pid);
  };
  try {
    const before = await growTo(firstConnections);
    const after = await growTo(workload.connections);
    if (connections.some((connection) => connection.ended)) {
      throw new Error('the server closed idle connections');
    }
    return (after - before) / (workload.connections - firstConnections);
  } finally {
    for (const connection of connections) connection.destroy();
  }
}

async function openIdle(port: number, deflate: boolean): Promise<ClientConnection> {
  const connection = await ClientConnection.open({ port, deflate });
  if (!deflate) return staying(connection);
  if (!connection.deflate) {
    connection.destroy();
    throw new Unsupported('does not agree to permessage-deflate');
  }
  const reader = new ReplyReader();
  await new Promise<void>((resolve, reject) => {
    connection.onEnd = reject;
    connection.onBytes = (chunk, length) => {
      try {
        if (reader.read(chunk.subarray(0, length)).length > 0) resolve();
      } catch (error) {
        reject(error);
      }
    };
    connection.socket.write(requestFrame(jsonEcho, 0));
  });
  return staying(connection);
}

/**
 * Only answers pings. On a slow machine opening 5,000 connections takes minutes, and a server closes
 * those that do not answer its pings.
 */
function staying(connection: ClientConnection): ClientConnection {
  connection.onEnd = () => {};
  connection.onBytes = (chunk, length) => {
    const ping = chunk[0] === 0x89;
    if (ping) connection.socket.write(clientFrame(10, chunk.subarray(2, length)));
  };
  return connection;
}
