import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { answered } from '../../format/expectation.ts';
import { header, withConnection, withoutConnection } from '../parts/in-page.ts';

export const browserSubprotocols: readonly Case[] = [
  withoutConnection(
    'browser-subprotocol/refused',
    'invalid and repeated subprotocols throw',
    'subprotocols are distinct tokens of HTTP',
    'addresses/badSubprotocols',
    Array(9).fill('SyntaxError'),
    webSockets('3.1'),
  ),
  withConnection(
    'browser-subprotocol/in-order',
    'subprotocols are offered in one header, with their order and case',
    'the request lists the subprotocols as the program gave them',
    'addresses/severalSubprotocols',
    {
      ...webSockets('3.1'),
      handshake: { response: { subprotocol: 'Alpha' } },
      expect: answered([], {
        checks: [header('wrong-subprotocols', 'Sec-WebSocket-Protocol', 'zeta, Alpha, beta.v2')],
      }),
      value: 'Alpha',
    },
  ),
  withConnection(
    'browser-subprotocol/from-object',
    'a subprotocol that is not a string becomes one',
    'the argument is a string, or a sequence of them, after conversion',
    'addresses/subprotocolFromObject',
    {
      ...webSockets('3.1'),
      handshake: { response: { subprotocol: 'aa' } },
      expect: answered([], {
        checks: [header('wrong-subprotocols', 'Sec-WebSocket-Protocol', 'aa')],
      }),
    },
  ),
];
