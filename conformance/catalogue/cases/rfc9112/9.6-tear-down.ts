import type { Section } from '../../../format/case.ts';
import { refused } from '../../../format/expectation.ts';
import { plainRequest, request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';

/** Nothing holds a FIN back behind a response of a few lines. */
const patience = 2000;

export const tearDown: Section = {
  document: 'RFC 9112',
  at: '9.6',
  title: 'Tear-down',
  cases: (
    [
      ['handshake', request({ without: ['Sec-WebSocket-Key'] }), 'a refusal'],
      ['plain-get', { request: { lines: plainRequest.slice(0, 2) } }, 'an answer to a plain GET'],
    ] as const
  ).map(([id, handshake, what]) => ({
    id: `handshake-refused/ended-as-said-${id}`,
    title: `${what} that says close is followed by the end of TCP`,
    level: 'must' as const,
    requirement: 'a server that sends the close option ends the connection behind that response',
    against: serverOnly,
    handshake,
    steps: [],
    patience,
    expect: refused(undefined, { checks: [{ kind: 'closeOptionKept' }] }),
  })),
};
