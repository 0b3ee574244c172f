/** The request with which a client of a tap begins, read before any of it is passed on. */

import type { Socket } from 'node:net';

export interface ReceivedRequest {
  /** Latin-1, up to and without the empty line. */
  readonly head: string;
  /** Bytes received after the empty line. */
  readonly rest: Buffer;
}

const emptyLine = '\r\n\r\n';
const longestHead = 64 * 1024;

/**
 * Leaves the socket paused.
 * @throws Error with a sentence when the connection ends first or the head is too long
 */
export function readRequest(client: Socket): Promise<ReceivedRequest> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const settle = (done: () => void) => {
      client.off('data', onData).off('end', onEnd).off('close', onEnd);
      client.pause();
      done();
    };
    const onEnd = () =>
      settle(() => reject(new Error('The client ended before its request was complete.')));
    const onData = (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      const end = received.indexOf(emptyLine);
      if (end >= 0) {
        const head = received.toString('latin1', 0, end);
        const rest = received.subarray(end + emptyLine.length);
        settle(() => resolve({ head, rest }));
      } else if (received.length > longestHead) {
        settle(() => reject(new Error('The head of the request is longer than 64 KiB.')));
      }
    };
    client.on('data', onData).once('end', onEnd).once('close', onEnd);
    client.resume();
  });
}
