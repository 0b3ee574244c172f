import type { Section } from '../../../format/case.ts';
import { answered } from '../../../format/expectation.ts';
import { response } from '../../../format/handshake.ts';
import { header, withConnection, withoutConnection } from './in-page.ts';

const inUrl = { document: 'WHATWG URL', section: '3.5' } as const;
export const constructors: Section = {
  document: 'WHATWG WebSockets',
  at: '3.1',
  title: 'The constructor',
  cases: [
    withoutConnection(
      'browser-url/schemes',
      'http and https become ws and wss',
      'the url attribute is the URL that is connected to, in its normal form',
      'addresses/schemes',
      ['ws://127.0.0.1:1/a?b', 'wss://127.0.0.1:1/', 'ws://127.0.0.1:1/x', 'wss://127.0.0.1:1/x'],
    ),
    withoutConnection(
      'browser-url/normalized',
      'the url attribute has its normal form',
      'case, dots and names beyond ASCII are what the URL standard makes of them',
      'addresses/normalized',
      ['ws://localhost:1/', 'ws://127.0.0.1:1/b', 'ws://[::1]:1/', 'ws://xn--bcher-kva.test:1/'],
    ),
    withoutConnection(
      'browser-url/relative',
      "relative URL is taken from the document's",
      'a URL is parsed with the base URL of the document',
      'addresses/relative',
      true,
    ),
    withoutConnection(
      'browser-url/refused',
      'URLs that are none, or not of WebSocket, throw SyntaxError',
      'another scheme, a fragment and what cannot be parsed throw',
      'addresses/refused',
      Array(6).fill('SyntaxError'),
    ),
    withoutConnection(
      'browser-url/forbidden-hosts',
      'hosts with a space, <, ^ or NUL throw SyntaxError',
      'a host with a forbidden character cannot be parsed',
      'addresses/forbiddenHosts',
      Array(4).fill('SyntaxError'),
    ),
    withoutConnection(
      'browser-url/call-shape',
      'WebSocket wants new and a URL, and takes a URL object',
      'the interface takes one argument at least, converted to a string',
      'addresses/callShape',
      ['TypeError', 'TypeError', 1, 'ws://127.0.0.1:1/url'],
    ),
    withoutConnection(
      'browser-subprotocol/refused',
      'subprotocols that are no tokens, or come twice, throw',
      'subprotocols are distinct tokens of HTTP',
      'addresses/badSubprotocols',
      Array(9).fill('SyntaxError'),
    ),
    withoutConnection(
      'browser-url/blocked-ports',
      'blocked ports fail later, with one error and one close',
      'a bad port is a failed connection, not an exception',
      'ports/blocked',
      '0, errors 1, close 1006 unclean, 3',
      { document: 'WHATWG Fetch', section: '2.9' },
    ),
    withConnection(
      'browser-url/short-host',
      'Host has the normal form of an address',
      'a host is parsed before it is asked for: 127.1 is 127.0.0.1',
      'addresses/shortHost',
      {
        ...inUrl,
        expect: answered([], {
          checks: [{ kind: 'hostWithPort', name: '127.0.0.1', ...inUrl }],
        }),
      },
    ),
    withConnection(
      'browser-url/named-host',
      'Host has a name in lower case, with its port',
      'a name is in lower case before it is asked for; a port that is no default is part of Host',
      'addresses/namedHost',
      {
        ...inUrl,
        expect: answered([], {
          checks: [{ kind: 'hostWithPort', name: 'localhost', ...inUrl }],
        }),
      },
    ),
    withConnection(
      'browser-subprotocol/in-order',
      'subprotocols are asked for in one header, in order and letter case',
      'the request lists the subprotocols as the program gave them',
      'addresses/severalSubprotocols',
      {
        handshake: response({ add: ['Sec-WebSocket-Protocol: Alpha'] }),
        expect: answered([], {
          checks: [header('wrong-subprotocols', 'Sec-WebSocket-Protocol', 'zeta, Alpha, beta.v2')],
        }),
        value: 'Alpha',
      },
    ),
    withConnection(
      'browser-subprotocol/from-object',
      'a subprotocol that is no string becomes one',
      'the argument is a string, or a sequence of them, after conversion',
      'addresses/subprotocolFromObject',
      {
        handshake: response({ add: ['Sec-WebSocket-Protocol: aa'] }),
        expect: answered([], {
          checks: [header('wrong-subprotocols', 'Sec-WebSocket-Protocol', 'aa')],
        }),
      },
    ),
    withConnection(
      'browser-url/query',
      'the query is encoded and sent whole',
      'the request target has path and query, in their normal form',
      'addresses/query',
      {
        expect: answered([], {
          checks: [
            {
              kind: 'targetEndsWith',
              end: '&q=b%20c&%C3%A9=%zz&plus=+',
              expected: 'the query as the URL standard writes it',
            },
          ],
        }),
      },
    ),
    withConnection(
      'browser-url/long',
      'a query of 6,000 characters is sent whole',
      'the request target has path and query, in their normal form',
      'addresses/longPath',
      {
        expect: answered([], {
          checks: [{ kind: 'targetEndsWith', end: 'a'.repeat(6000), expected: '6,000 letters' }],
        }),
      },
    ),
    withConnection(
      'browser-auth/userinfo',
      'user and password go into Authorization, after a 401',
      'credentials of the URL answer a challenge, and stand nowhere else',
      'addresses/userinfo',
      {
        level: 'may',
        before: [
          {
            handshake: {
              response: {
                lines: [
                  'HTTP/1.1 401 Unauthorized',
                  'WWW-Authenticate: Basic realm="framewright"',
                  'Content-Length: 0',
                  'Connection: close',
                ],
              },
            },
            steps: [],
          },
        ],
        expect: answered([], {
          checks: [{ kind: 'basicCredentials', user: 'user', password: 'pass' }],
        }),
      },
    ),
  ],
};
