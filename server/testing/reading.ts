/** Delivers bytes like a transport that reads into the same memory every time. */
import type { Connection, ConnectionEvent } from '../protocol/connection.ts';

/** Reads at most as many bytes at once as `memory` holds, and passes each event on. */
export function readInto(
  memory: Buffer,
  connection: Connection,
  bytes: Buffer,
  handle: (event: ConnectionEvent) => void,
): void {
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.copy(memory, 0, at);
    at += size;
    connection.receive(memory, size);
    for (let event = connection.next(); event !== undefined; event = connection.next()) {
      handle(event);
    }
  }
}
