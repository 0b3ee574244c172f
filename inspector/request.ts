/** The request with which a client of a tap begins, read before any of it is passed on. */

import type { Channel } from '../conformance/transport/channel.ts';

export interface ReceivedRequest {
  /** Latin-1, up to and without the empty line. */
  readonly head: string;
  /** All bytes received, including the head. */
  readonly bytes: Buffer;
}

const emptyLine = '\r\n\r\n';
const longestHead = 64 * 1024;

/**
 * Leaves the channel paused, for another owner to open.
 * @throws Error with a sentence when the connection ends first or the head is too long
 */
export function readRequest(client: Channel): Promise<ReceivedRequest> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const fail = (sentence: string) => {
      client.pause();
      reject(new Error(sentence));
    };
    const end = () => fail('The client ended before its request was complete.');
    client.open({
      bytes(bytes) {
        received = Buffer.concat([received, bytes]);
        const headLength = received.indexOf(emptyLine);
        if (headLength >= 0) {
          client.pause();
          resolve({ head: received.toString('latin1', 0, headLength), bytes: received });
        } else if (received.length > longestHead) {
          fail('The head of the request is longer than 64 KiB.');
        }
      },
      ended: end,
      failed: end,
      closed: end,
      drained() {},
    });
  });
}
