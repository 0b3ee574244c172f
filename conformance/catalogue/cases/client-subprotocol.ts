import type { Case } from '../../format/case.ts';
import { rfc6455, webSockets } from '../../format/document.ts';
import { accepted, observed, refused } from '../../format/expectation.ts';

import { clientOnly } from '../../format/role.ts';

const answering = (asked: readonly string[], ...answers: string[]) => ({
  subprotocols: asked,
  response: { fields: answers.map((answer) => ['Sec-WebSocket-Protocol', answer] as const) },
});

const turnsAway = (
  id: string,
  what: string,
  asked: readonly string[],
  ...answers: string[]
): Case => ({
  id: `client-subprotocol/${id}`,
  title: `${what} fails the connection`,
  level: 'must',
  ...rfc6455('4.1'),
  requirement: 'a subprotocol that the client did not request fails the connection',
  against: clientOnly,
  ...(asked.length > 0 && { needs: ['script'] }),
  rule: 'wrong-subprotocol-accepted',
  handshake: answering(asked, ...answers),
  steps: [],
  expect: refused(),
});

const two = ['aa', 'bb'];

export const clientSubprotocol: readonly Case[] = [
  turnsAway('unasked', 'a subprotocol where none was asked for', [], 'aa'),
  turnsAway('foreign', 'a subprotocol that is not among those asked for', two, 'zz'),
  turnsAway('list', 'a list of the subprotocols asked for', two, 'aa, bb'),
  turnsAway('in-two-lines', 'two of the subprotocols asked for', two, 'aa', 'bb'),
  turnsAway('same-one-twice', 'the subprotocol asked for, twice', ['aa'], 'aa', 'aa'),
  turnsAway('in-other-case', 'the subprotocol asked for in other letter case', ['aa'], 'AA'),
  turnsAway('empty', 'an empty subprotocol where one was asked for', ['aa'], ''),
  {
    ...turnsAway('none', 'no subprotocol where some were asked for', two),

    ...webSockets('2.2'),
    requirement: 'a browser that requested subprotocols and got none fails the connection',
  },
  ...two.map(
    (chosen): Case => ({
      id: `client-subprotocol/chosen-${chosen}`,
      title: `the answer ${chosen} to aa and bb opens the connection with it`,
      level: 'must',
      ...rfc6455('4.1'),
      requirement: 'the client offers in order of preference and uses the selected one',
      against: clientOnly,
      needs: ['script'],
      script: [],
      handshake: answering(two, chosen),
      steps: [],
      expect: {
        ...accepted({ kind: 'subprotocolsAsked', names: two }),
        script: [
          { type: 'open', protocol: chosen },
          { type: 'close', code: [1000], wasClean: true },
        ],
      },
    }),
  ),
  {
    id: 'client-subprotocol/unasked-and-empty',
    title: 'an empty subprotocol where none was requested',
    level: 'may',
    ...rfc6455('4.1'),
    requirement: 'an empty value is invalid and names no subprotocol',
    against: clientOnly,
    handshake: answering([], ''),
    steps: [],
    expect: observed(),
  },
];
