/** Wrong about which opening handshakes are good (RFC 6455 §4.2.1, RFC 9112). */
import { type HttpHead, headerValues } from '../../wire/http-head.ts';
import { correct, type FaultyPeer, without } from '../behaviour.ts';

/** Ignores one of the rules for requests. */
const ignoring = (name: string, rule: string, fails: FaultyPeer['fails']): FaultyPeer => ({
  name,
  behaviour: { request: without(correct.request, rule) },
  fails,
});

/** Has one more rule, or another one under the same name. */
const ruling = (
  name: string,
  rule: string,
  isFine: (request: HttpHead) => boolean,
  fails: FaultyPeer['fails'],
): FaultyPeer => ({
  name,
  behaviour: {
    request: { ...correct.request, [rule]: (request) => (isFine(request) ? undefined : 400) },
  },
  fails,
});

const value = (request: HttpHead, header: string) => headerValues(request, header)[0];
const ownOrigin = (request: HttpHead) => `http://${value(request, 'Host')}`;
const oddHead = ({ anomalies }: HttpHead) => (anomalies.length === 0 ? undefined : 400);
/** Every header of the request is one that a handshake needs. */
const isPlain = ({ headers }: HttpHead) =>
  headers.every(({ name }) =>
    /^(Host|Upgrade|Connection|Sec-WebSocket-(Key|Version))$/i.test(name),
  );

export const opening: readonly FaultyPeer[] = [
  {
    name: 'accepts any handshake',
    behaviour: { request: {} },
    fails: [
      'handshake/plain-get',
      'handshake/connection-and-upgrade-alone',
      'handshake-delivery/bad-one-in-segments-of-1',
      'handshake-refused/*',
      'handshake-repeated/bad-ones-between-good-ones',
    ],
  },
  ignoring('accepts any method', 'method', [
    'handshake/method-p*',
    'handshake/method-delete',
    'handshake/method-head',
    'handshake/method-options',
    'handshake/get-*',
  ]),
  ignoring('accepts any version of HTTP', 'version', ['handshake/version-of-*']),
  ignoring('accepts any target', 'target', [
    'handshake/target-asterisk',
    'handshake/target-authority',
    'handshake/target-with-a-fragment',
  ]),
  ignoring('accepts any Host', 'host', ['handshake/host-*']),
  ignoring('needs no Upgrade', 'upgrade', [
    'handshake/upgrade-missing',
    'handshake/upgrade-empty',
    'handshake/upgrade-to-h2c',
    'handshake/upgrade-with-a-space',
  ]),
  ignoring('needs no Connection', 'connection', [
    'handshake/connection-missing',
    'handshake/connection-empty',
    'handshake/connection-close',
    'handshake/connection-keep-alive',
    'handshake/connection-separated-by-semicolon',
  ]),
  ignoring('accepts any key', 'key', [
    'handshake/key-missing',
    'handshake/key-empty',
    'handshake/key-of-*',
    'handshake/key-with*',
    'handshake/key-not-*',
    'handshake/key-in-*',
    'handshake/key-twice-*',
  ]),
  ignoring('accepts any version', 'protocolVersion', [
    'handshake/websocket-version-missing',
    'handshake/websocket-version-empty',
    'handshake/websocket-version-negative',
    'handshake/websocket-version-0',
    'handshake/websocket-version-1*',
    'handshake/websocket-version-2*',
    'handshake/websocket-version-9*',
    'handshake/websocket-version-unknown-*',
    'handshake/websocket-version-with-*',
    'handshake/websocket-version-in-*',
    'handshake/websocket-version-of-*',
    'handshake/websocket-version-twice-*',
  ]),
  ignoring('accepts any Origin', 'origin', ['origin/policy-refuses-*']),
  ignoring('overlooks that a request has a body', 'body', [
    'handshake-body/a-*',
    'handshake-body/text',
    'handshake-body/chunked*',
    'handshake-body/content-length-*',
  ]),
  {
    name: 'accepts what HTTP does not allow in a head',
    behaviour: { request: without(correct.request, 'grammar', 'names', 'version', 'target') },
    fails: [
      'handshake-grammar/bad-*',
      'handshake/version-*',
      'handshake/target-with-a-space',
      'handshake/target-empty',
    ],
  },
  {
    name: 'finds headers in any part of a line',
    behaviour: { request: without(correct.request, 'grammar', 'names', 'key', 'upgrade') },
    fails: ['handshake-grammar/key-in-*', 'handshake-grammar/space-before-the-*'],
  },
  ruling(
    'finds websocket anywhere in Upgrade',
    'upgrade',
    (request) => /websocket/i.test(value(request, 'Upgrade') ?? ''),
    [
      'handshake/upgrade-with-a-prefix',
      'handshake/upgrade-with-a-suffix',
      'handshake/upgrade-in-quotes',
      'handshake/upgrade-separated-by-semicolon',
    ],
  ),
  ruling(
    'finds Upgrade anywhere in Connection',
    'connection',
    (request) => /upgrade/i.test(value(request, 'Connection') ?? ''),
    ['handshake/connection-substring', 'handshake/connection-in-quotes'],
  ),
  ruling(
    'wants websocket in lower case and alone',
    'upgrade',
    (request) => value(request, 'Upgrade') === 'websocket',
    [
      'handshake/upgrade-capitalized',
      'handshake/upgrade-in-capitals',
      'handshake/upgrade-in-odd-case',
      'handshake/upgrade-b*',
      'handshake/upgrade-after-*',
      'handshake/upgrade-in-two-lines',
    ],
  ),
  ruling(
    'wants Upgrade alone in Connection',
    'connection',
    (request) => value(request, 'Connection') === 'Upgrade',
    [
      'handshake/connection-be*',
      'handshake/connection-after-*',
      'handshake/connection-in-lower-case',
      'handshake/connection-in-capitals',
      'handshake/connection-in-two-lines-second',
      'handshake/connection-with*',
    ],
  ),
  ruling(
    'looks for an Origin that starts like its own',
    'origin',
    (request) => value(request, 'Origin')?.startsWith(ownOrigin(request)) ?? true,
    ['origin/policy-refuses-with-a-suffix', 'origin/policy-refuses-with-a-longer-port'],
  ),
  ruling(
    'looks for its host anywhere in the Origin',
    'origin',
    (request) => value(request, 'Origin')?.includes(value(request, 'Host') ?? '') ?? true,
    ['origin/policy-refuses-of-a-subdomain', 'origin/policy-refuses-in-the-path'],
  ),
  ruling('refuses headers that it does not know', 'unknown', isPlain, [
    'handshake-grammar/tabs-*',
    'handshake-grammar/empty-value',
    'handshake-grammar/no-space-*',
    'handshake-grammar/long-value',
    'handshake-grammar/many-headers',
    'handshake-grammar/cookies',
    'handshake-grammar/odd-name',
    'handshake-body/nothing',
    'handshake-profile/*',
    'subprotocol/offered-*',
    'extensions/offered-*',
    'origin/own',
  ]),
  ruling(
    'wants header names as they are usually spelled',
    'spelling',
    ({ headers }) => headers.some(({ name }) => name === 'Sec-WebSocket-Key'),
    ['handshake-grammar/names-*'],
  ),
  {
    name: 'sees a request end in its first empty line',
    behaviour: { request: { ...correct.request, grammar: oddHead } },
    fails: ['handshake-grammar/leading-empty-line'],
  },
  ruling(
    'takes white space for a part of a value',
    'whiteSpace',
    ({ headers }) =>
      headers.every(({ name, value, length }) => length <= name.length + value.length + 4),
    ['handshake/key-surrounded-by-spaces', 'handshake/websocket-version-surrounded-by-spaces'],
  ),
  ruling(
    'wants one space after a colon',
    'whiteSpace',
    ({ headers }) =>
      headers.every(({ name, value, length }) => length === name.length + value.length + 4),
    ['handshake/key-surrounded-by-*'],
  ),
  ruling(
    'reads the first line of each header',
    'lines',
    (request) => /upgrade/i.test(value(request, 'Connection') ?? ''),
    ['handshake/connection-in-two-lines-second'],
  ),
  ruling(
    'reads the last line of each header',
    'lines',
    (request) => /upgrade/i.test(headerValues(request, 'Connection').at(-1) ?? ''),
    ['handshake/connection-in-two-lines-first'],
  ),
  ruling('wants Host first', 'order', ({ headers }) => headers[0]?.name === 'Host', [
    'handshake-grammar/headers-in-reverse-order',
  ]),
  ruling(
    'wants a path in the request line',
    'target',
    ({ startLine }) => startLine.kind === 'request' && startLine.target.startsWith('/'),
    ['handshake/target-in-absolute-form'],
  ),
  {
    name: 'wants the head of a request in one segment',
    behaviour: { headInPieces: false },
    fails: [
      'handshake-delivery/segments-of-*',
      'handshake-delivery/cut-*',
      'handshake-profile/*-in-segments',
    ],
  },
  {
    name: 'loses what comes in the segment of the head',
    behaviour: { bytesBehindHead: 'lost' },
    fails: ['handshake-delivery/with-*'],
  },
];
