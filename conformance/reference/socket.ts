/** Socket code that faulty servers and faulty clients share. */
import type { Socket } from 'node:net';
import { type HeadKind, HeadReader, type HttpHead } from '../wire/http-head.ts';
import type { Behaviour } from './behaviour.ts';
import type { EchoConnection, Outlet } from './connection.ts';

/** Reads the other side's head, and gives what follows to the connection that is opened with it. */
export function readHeadFirst(
  socket: Socket,
  kind: HeadKind,
  { headInPieces, bytesBehindHead }: Pick<Behaviour, 'headInPieces' | 'bytesBehindHead'>,
  open: (head: HttpHead) => EchoConnection | undefined,
): void {
  const reader = new HeadReader(kind);
  const readHead = (bytes: Uint8Array) => {
    const found = reader.push(bytes);
    if (!found) {
      if (!headInPieces) socket.destroy();
      return;
    }
    socket.off('data', readHead);
    const connection = open(found.head);
    if (!connection) return;
    socket.on('data', (more) => connection.receive(more));
    if (found.rest.length > 0 && bytesBehindHead === 'kept') connection.receive(found.rest);
  };
  socket.on('data', readHead);
}

export const outletTo = (socket: Socket): Outlet => ({
  write: (bytes) => void (socket.writable && socket.write(bytes)),
  end: (how) => void (how === 'fin' ? socket.end() : socket.resetAndDestroy()),
});
