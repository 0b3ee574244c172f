/** For tests: feeds a client's bytes to the core and records everything that happens. */

import { BufferPool } from '../protocol/buffer-pool.ts';
import {
  Connection,
  type ConnectionEvent,
  type SharedByConnections,
} from '../protocol/connection.ts';
import { Message } from '../protocol/message.ts';
import { ScratchBuffer } from '../protocol/scratch-buffer.ts';
import { describeFrames, handshake } from './client.ts';

export const limits = {
  maxHeadBytes: 4096,
  maxHeaders: 20,
  maxTargetBytes: 1000,
  maxMessageBytes: 1_000_000,
  maxFragments: 1000,
};

export function describeEvent(event: ConnectionEvent): string {
  switch (event.type) {
    case 'request':
      return `request ${event.request.path}`;
    case 'refused':
      return `refused ${event.refusal.rule}`;
    case 'message': {
      const { kind, byteLength } = event;
      if (byteLength > 200) return `message ${kind} ${byteLength}`;
      return `message ${kind} "${kind === 'text' ? event.text() : event.bytes().toString('hex')}"`;
    }
    case 'compressed':
      return `compressed ${event.payload.length}`;
    case 'ping':
    case 'pong':
      return `${event.type} "${event.payload}"`;
    case 'close':
      return `close ${event.code} "${event.reason}"`;
    case 'failed':
      return `failed ${event.failure.rule}`;
  }
}

/** The limits, and memory that no other connection uses. */
export function sharedByNobody(limits: SharedByConnections['limits']): SharedByConnections {
  return { limits, scratch: new ScratchBuffer(), pool: new BufferPool(), message: new Message() };
}

export function fresh(changes: Partial<typeof limits> = {}): Connection {
  return new Connection(sharedByNobody({ ...limits, ...changes }));
}

export function opened(changes: Partial<typeof limits> = {}): Connection {
  const connection = fresh(changes);
  connection.receive(Buffer.from(handshake()));
  connection.next();
  connection.accept();
  takeOutput(connection);
  return connection;
}

export function takeOutput(connection: Connection): Buffer {
  const bytes = Buffer.concat(connection.output.take());
  connection.output.written(true);
  return bytes;
}

/** Gives bytes to an open connection in pieces; the events and the frames sent, in order. */
export function converse(
  connection: Connection,
  bytes: Buffer,
  pieceSize = Math.max(bytes.length, 1),
): { events: string[]; sent: string[]; state: string } {
  const events: string[] = [];
  const sent: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize) {
    // The core overwrites its input, and the memory is reused as a socket would.
    const piece = Buffer.from(bytes.subarray(at, at + pieceSize));
    connection.receive(piece);
    for (let event = connection.next(); event !== undefined; event = connection.next()) {
      events.push(describeEvent(event));
    }
    piece.fill(0xee);
    sent.push(takeOutput(connection));
  }
  return { events, sent: describeFrames(Buffer.concat(sent)), state: connection.state };
}
