import type { Case, Level } from '../../format/case.ts';
import { rfc6455, webSockets } from '../../format/document.ts';
import { accepted, observed, refused } from '../../format/expectation.ts';
import { type Head, type HeadEdit, plainResponse, response } from '../../format/handshake.ts';
import { failsToConnect } from '../../format/program.ts';
import { clientOnly } from '../../format/role.ts';
import { fin, rst } from '../../format/step.ts';
import type { Header } from '../../wire/http-head.ts';

/** The client still opens the connection. */
const opens = (id: string, what: string, edit: HeadEdit, level: Level = 'must'): Case => ({
  id: `response/${id}`,
  title: `${what} opens the connection`,
  level,
  ...rfc6455('4.1'),
  requirement: 'a response with all that is needed opens the connection, whatever else it has',
  against: clientOnly,
  handshake: response(edit),
  steps: [],
  expect: accepted(),
});

const opensWith = (id: string, what: string, ...fields: Header[]): Case => ({
  ...opens(id, what, {}),
  handshake: { response: { fields } },
});

/** The client fails the connection (§4.1, what it does with the response). */
const turnsAway = (id: string, what: string, edit: HeadEdit, level: Level = 'must'): Case => ({
  id: `response/${id}`,
  title: `${what} fails the connection`,
  level,
  ...rfc6455('4.1'),
  requirement:
    'a client looks at status, Upgrade, Connection and Accept, and fails if one is wrong',
  against: clientOnly,
  rule: 'bad-response-accepted',
  handshake: response(edit),
  steps: [],
  expect: refused(),
});

const set = (name: string, value: string): HeadEdit => ({ set: { [name]: value } });

const acceptHeader = 'Sec-WebSocket-Accept';

/** An answer of HTTP: complete, so that no client has to wait for the end of TCP. */
const answer = (id: string, statusLine: string, ...lines: string[]): Case => {
  const head: Head = { lines: [`HTTP/1.1 ${statusLine}`, ...lines, 'Content-Length: 0'] };
  return {
    ...turnsAway(`status-${id}`, `the answer ${statusLine}`, {}),
    requirement: 'any status but 101 means that there is no WebSocket connection',
    rule: 'refusal-ignored',
    handshake: { response: head },
  };
};

/** TCP ends before there was a response, or within it. */
const endsEarly = (id: string, what: string, head: Head, how: 'fin' | 'rst'): Case => ({
  ...turnsAway(id, what, {}),
  ...(how === 'rst' && { needs: ['script'] }),
  requirement: 'a connection that ends before the response has come was never open',
  rule: 'end-overlooked',
  handshake: { response: head },
  steps: [how === 'fin' ? fin : rst],
  expect: refused(undefined, { script: failsToConnect }),
});
const nothing: Head = { lines: [], finished: false };

export const serverResponse: readonly Case[] = [
  opens('plain', 'the plain response', {}),
  turnsAway(
    'wrong-accept',
    'an accept of another key',
    set(acceptHeader, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='),
  ),
  turnsAway('no-accept', 'a response without an accept', { without: [acceptHeader] }),
  turnsAway('accept-empty', 'an empty accept', set(acceptHeader, '')),
  turnsAway(
    'accept-in-other-case',
    'an accept in other letter case',
    set(acceptHeader, '{acceptInOtherCase}'),
  ),
  turnsAway(
    'accept-with-more',
    'an accept with a list member more',
    set(acceptHeader, '{accept}, x'),
  ),
  turnsAway(
    'accept-wrong-then-right',
    'a wrong accept before the right one',
    set(acceptHeader, `AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n${acceptHeader}: {accept}`),
  ),
  turnsAway('accept-is-the-key', 'the key itself as accept', set(acceptHeader, '{key}')),
  opens(
    'accept-padded',
    'an accept with white space around it',
    set(acceptHeader, ' \t {accept} \t '),
  ),
  turnsAway('no-upgrade', 'a response without Upgrade', { without: ['Upgrade'] }),
  turnsAway('upgrade-to-h2c', 'an Upgrade to another protocol', set('Upgrade', 'h2c')),
  turnsAway('upgrade-with-a-suffix', 'an Upgrade to websockets', set('Upgrade', 'websockets')),
  turnsAway('upgrade-cut-by-nul', 'an Upgrade with a NUL in it', set('Upgrade', 'web\0socket')),
  opens('upgrade-in-other-case', 'Upgrade: WebSocket', set('Upgrade', 'WebSocket')),
  turnsAway('no-connection', 'a response without Connection', { without: ['Connection'] }),
  turnsAway('connection-close', 'Connection: close', set('Connection', 'close')),
  turnsAway('connection-with-a-prefix', 'Connection: xUpgradex', set('Connection', 'xUpgradex')),
  opens(
    'connection-list',
    'Connection: keep-alive, Upgrade',
    set('Connection', 'keep-alive, Upgrade'),
  ),
  opens('connection-in-other-case', 'Connection: upgrade', set('Connection', 'upgrade')),
  turnsAway('status-200-with-all-headers', 'the status 200 with all headers of a 101', {
    startLine: 'HTTP/1.1 200 OK',
    add: ['Content-Length: 0'],
  }),
  turnsAway('status-1010', 'a status of four digits', { startLine: 'HTTP/1.1 1010 Switching' }),
  answer('400', '400 Bad Request'),
  answer('401', '401 Unauthorized', 'WWW-Authenticate: Basic realm="framewright"'),
  answer('403', '403 Forbidden'),
  answer('404', '404 Not Found'),
  answer('407', '407 Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="x"'),
  answer(
    '426',
    '426 Upgrade Required',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 8',
  ),
  answer('503', '503 Service Unavailable', 'Retry-After: 1'),
  answer('204', '204 No Content'),
  ...(
    [
      '301 Moved Permanently',
      '302 Found',
      '307 Temporary Redirect',
      '308 Permanent Redirect',
    ] as const
  ).map(
    (line): Case => ({
      ...answer(line.slice(0, 3), line, 'Location: /getCaseCount'),

      ...webSockets('2.2'),
      requirement: 'a browser follows no redirect of an opening handshake',
      rule: 'redirect-followed',
      needs: ['script'],
    }),
  ),
  endsEarly('fin-without-a-response', 'a FIN without a response', nothing, 'fin'),
  endsEarly('rst-without-a-response', 'a reset without a response', nothing, 'rst'),
  endsEarly(
    'fin-inside-the-head',
    'a FIN inside the head',
    { lines: plainResponse, finished: false },
    'fin',
  ),
  endsEarly(
    'fin-inside-a-line',
    'a FIN inside a header line',
    { lines: ['HTTP/1.1 101 Switching Protocols', 'Upgr'], lineEnd: '', finished: false },
    'fin',
  ),
  {
    id: 'response/never',
    title: 'a response that never comes',
    level: 'may',
    ...rfc6455('4.1'),
    requirement: 'how long a client waits for the response is not specified',
    against: clientOnly,
    tags: ['slow'],
    observationTimeout: 65_000,
    handshake: { response: nothing },
    steps: [],
    expect: observed(),
  },
  {
    ...opensWith('with-version', 'a response that names a version', ['Sec-WebSocket-Version', '8']),
    level: 'may',
    requirement: 'the version that a refusal names does not matter in a 101',
  },
  opensWith(
    'with-cookies',
    'a response that sets cookies',
    ['Set-Cookie', 'framewright=1'],
    ['Set-Cookie', 'two=2'],
  ),
  opensWith(
    'with-unknown-headers',
    'a response with unknown headers',
    ['X-Framewright', 'yes'],
    ['Server', 'any'],
  ),
];
