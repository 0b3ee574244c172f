/** Wrong about the opening handshake (RFC 6455 §4.2). */
import { type CrookedPeer, honest } from './manners.ts';

export const opening: readonly CrookedPeer[] = [
  { name: 'accepts any handshake', manners: { request: {} }, fails: [] },
  {
    name: 'computes a wrong accept',
    manners: {
      respond: (request, extension) =>
        honest
          .respond(request, extension)
          .map((line) => line.replace(/^(Sec-WebSocket-Accept: )./, '$1~')),
    },
    fails: [],
  },
];
