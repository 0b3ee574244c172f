import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { answered } from '../../format/expectation.ts';
import { withConnection, withoutConnection } from '../parts/in-page.ts';

const inUrl = { document: 'WHATWG URL', section: '3.5' } as const;
export const browserUrls: readonly Case[] = [
  withoutConnection(
    'browser-url/schemes',
    'http and https become ws and wss',
    'the url attribute is the URL that is connected to, in its normal form',
    'addresses/schemes',
    ['ws://127.0.0.1:1/a?b', 'wss://127.0.0.1:1/', 'ws://127.0.0.1:1/x', 'wss://127.0.0.1:1/x'],
    webSockets('3.1'),
  ),
  withoutConnection(
    'browser-url/normalized',
    'the url attribute has its normal form',
    'case, dots and names beyond ASCII are what the URL standard makes of them',
    'addresses/normalized',
    ['ws://localhost:1/', 'ws://127.0.0.1:1/b', 'ws://[::1]:1/', 'ws://xn--bcher-kva.test:1/'],
    webSockets('3.1'),
  ),
  withoutConnection(
    'browser-url/relative',
    "relative URL is taken from the document's",
    'a URL is parsed with the base URL of the document',
    'addresses/relative',
    true,
    webSockets('3.1'),
  ),
  withoutConnection(
    'browser-url/refused',
    'invalid URLs and other schemes throw SyntaxError',
    'another scheme, a fragment and what cannot be parsed throw',
    'addresses/refused',
    Array(6).fill('SyntaxError'),
    webSockets('3.1'),
  ),
  withoutConnection(
    'browser-url/forbidden-hosts',
    'hosts with a space, <, ^ or NUL throw SyntaxError',
    'a host with a forbidden character cannot be parsed',
    'addresses/forbiddenHosts',
    Array(4).fill('SyntaxError'),
    webSockets('3.1'),
  ),
  withoutConnection(
    'browser-url/call-shape',
    'WebSocket requires new and a URL, and accepts a URL object',
    'the interface takes one argument at least, converted to a string',
    'addresses/callShape',
    ['TypeError', 'TypeError', 1, 'ws://127.0.0.1:1/url'],
    webSockets('3.1'),
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
    'browser-url/query',
    'the query is encoded and sent completely',
    'the request target has path and query, in their normal form',
    'addresses/query',
    {
      ...webSockets('3.1'),
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
    'a query of 6,000 characters is sent completely',
    'the request target has path and query, in their normal form',
    'addresses/longPath',
    {
      ...webSockets('3.1'),
      expect: answered([], {
        checks: [{ kind: 'targetEndsWith', end: 'a'.repeat(6000), expected: '6,000 letters' }],
      }),
    },
  ),
];
