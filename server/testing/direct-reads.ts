// Delivers bytes as a transport does that reads where it is told to.
import type { Connection, ConnectionEvent } from '../protocol/connection.ts';

/** Reads at most as many bytes at once as the memory takes, and hands each event on. */
export function readDirectly(
  connection: Connection,
  bytes: Buffer,
  handle: (event: ConnectionEvent) => void,
): { direct: number } {
  const memory = Buffer.allocUnsafeSlow(64 * 1024);
  let direct = 0;
  for (let at = 0; at < bytes.length; ) {
    const target = connection.readTarget ?? memory;
    const size = bytes.copy(target, 0, at);
    if (target !== memory) direct += size;
    at += size;
    connection.receive(target, size);
    for (let event = connection.next(); event !== undefined; event = connection.next()) {
      handle(event);
    }
  }
  return { direct };
}
