/** What RFC 6455 asks of a server about the end of a connection: §7. */
import type { RequirementIn } from './requirement.ts';

export const closingRequirements: readonly RequirementIn[] = [
  {
    id: 'closing/tcp',
    section: '7.1.1',
    level: 'must',
    words: 'to close the connection is to close TCP cleanly; the server does it first',
    cases: ['closing/server-ends-tcp-first', 'close/after-an-echo'],
  },
  {
    id: 'closing/any-means',
    section: '7.1.1',
    level: 'may',
    words: 'a connection may be closed by any means when it has to be, as under attack',
    cases: ['limits/*'],
  },
  {
    id: 'closing/handshake',
    section: '7.1.2',
    level: 'must',
    words: 'after a Close was sent and one received the connection is closed',
    cases: ['close/*', 'closing/message-and-close-with-fin'],
  },
  {
    id: 'closing/discard',
    section: '5.5.1',
    level: 'must',
    words:
      'a Close is answered though more stands behind it, and no data goes out behind the answer',
    cases: ['closing/*-behind-a-close'],
  },
  {
    id: 'closing/closed',
    section: '7.1.4',
    level: 'must',
    words: 'a connection whose TCP has ended is closed, cleanly or not',
    cases: ['closing/fin-*', 'closing/rst-*'],
  },
  {
    id: 'closing/code-of-the-peer',
    section: '7.1.5',
    level: 'must',
    words: 'the code of the connection is that of the first Close received, or 1005',
    unchecked: 'a server tells its own application, which the wire does not show',
  },
  {
    id: 'closing/reason',
    section: '7.1.6',
    level: 'must',
    words: 'the reason of the connection is that of the first Close received',
    cases: ['close-reason/*'],
  },
  {
    id: 'closing/fail',
    section: '7.1.7',
    level: 'should',
    words: 'who fails an open connection sends a Close with a fitting code first',
    cases: ['utf8/invalid-*', 'opcodes/*', 'reserved-bits/*', 'masking/unmasked-*'],
  },
  {
    id: 'closing/fail-closes-tcp',
    section: '7.1.7',
    level: 'must',
    words: 'who fails the connection closes TCP, waits for nothing and processes nothing more',
    cases: ['closing/close-after-*', 'closing/bad-frame-*', 'masking/unmasked-before-*'],
  },
  {
    id: 'closing/server-abrupt',
    section: '7.2.2',
    level: 'must',
    words: 'a server aborts a connection only when it has to, by the means of §7.1',
    cases: ['interleaving/*', 'segments/*', 'fragmentation/*', 'handshake-repeated/*'],
  },
  {
    id: 'closing/client-backoff',
    section: '7.2.3',
    level: 'should',
    words: 'clients that come back wait a random and growing time',
    unchecked: 'asks clients, and their applications',
  },
  {
    id: 'close-code/defined',
    section: '7.4.1',
    level: 'must',
    words:
      'codes that a Close frame may carry are good, and 1005, 1006 and 1015 never stand in one',
    cases: ['close-code/valid-*', 'close-code/invalid-*', 'close-code/unsendable-1015'],
  },
  {
    id: 'close-code/protocol-error',
    section: '7.4.1',
    level: 'must',
    words: '1002 says protocol error, 1007 data of the wrong kind, 1009 a message too large',
    cases: ['opcodes/*', 'utf8/invalid-*', 'limits/message-of-many-large-fragments'],
  },
  {
    id: 'close-code/ranges',
    section: '7.4.2',
    level: 'must',
    words: '0 to 999 are not used, 1000 to 2999 are the protocol’s, 3000 to 4999 are free',
    cases: ['close-code/registered-*', 'close-code/free-*', 'close-code/unsendable-*'],
  },
  {
    id: 'close-code/beyond',
    section: '7.4.2',
    level: 'may',
    words: 'of codes beyond 4999 nothing is said',
    cases: ['close-code/undefined-*', 'close-code/beyond-*'],
  },
];
