/** Wrong about what answers an opening handshake (RFC 6455 §4.2.2, RFC 9110, RFC 9112). */
import { headerList, headerValues } from '../../wire/http-head.ts';
import { readExtensions } from '../../wire/negotiation.ts';
import { correct, type FaultyPeer } from '../behaviour.ts';

type Fails = FaultyPeer['fails'];

/** Accepts with other lines than it owes. */
const responding = (
  name: string,
  change: (lines: readonly string[]) => readonly string[],
  fails: Fails,
): FaultyPeer => ({
  name,
  behaviour: { respond: (request, extension) => change(correct.respond(request, extension)) },
  fails,
});

const replacing = (pattern: RegExp, by: string) => (lines: readonly string[]) =>
  lines.map((line) => line.replace(pattern, by));
const leavingOut = (header: string) => (lines: readonly string[]) =>
  lines.filter((line) => !line.startsWith(`${header}:`));
const adding = (line: string) => (lines: readonly string[]) => [...lines, line];

/** Accepts and answers what it makes of the offers in `header`. */
const choosing = (
  name: string,
  header: string,
  choose: (offers: readonly string[]) => readonly string[],
  fails: Fails,
): FaultyPeer => ({
  name,
  behaviour: {
    respond: (request, extension) => [
      ...correct.respond(request, extension),
      ...choose(headerList(request, header)).map((value) => `${header}: ${value}`),
    ],
  },
  fails,
});

const refusing = (
  name: string,
  change: (lines: readonly string[]) => readonly string[],
  fails: Fails,
): FaultyPeer => ({
  name,
  behaviour: { refuse: (status, request) => change(correct.refuse(status, request)) },
  fails,
});

export const responses: readonly FaultyPeer[] = [
  responding('computes a wrong accept', replacing(/^(Sec-WebSocket-Accept: )./, '$1~'), [
    'handshake/accept-for-*',
    'handshake/key-surrounded-by-*',
  ]),
  {
    name: 'answers every key as it answered the first',
    behaviour: { respond: remembering() },
    fails: ['handshake/accept-for-fifty-keys'],
  },
  responding('speaks HTTP/1.0', replacing(/^HTTP\/1\.1/, 'HTTP/1.0'), [
    'handshake/response-status-line',
  ]),
  responding('forgets Upgrade', leavingOut('Upgrade'), ['handshake/response-upgrade']),
  responding('forgets Connection', leavingOut('Connection'), ['handshake/response-connection']),
  responding('repeats Upgrade', adding('Upgrade: websocket'), [
    'handshake/response-upgrade',
    'handshake/response-singular-headers',
  ]),
  responding('sends a Content-Length with 101', adding('Content-Length: 0'), [
    'handshake/response-without-content-length',
  ]),
  responding('sends a Transfer-Encoding with 101', adding('Transfer-Encoding: identity'), [
    'handshake/response-without-transfer-encoding',
  ]),
  responding('lists versions with 101', adding('Sec-WebSocket-Version: 13'), [
    'handshake/response-without-version',
  ]),
  responding('sends a key back', adding('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='), [
    'handshake/response-without-key',
  ]),
  responding('ends a line in LF', adding('X-One: 1\nX-Two: 2'), ['handshake/response-grammar']),
  responding('sends a body after 101', adding('X-One: 1\r\n\r\nwelcome'), [
    'handshake/response-then-frames',
  ]),
  responding(
    'speaks permessage-deflate unasked',
    (lines) => [
      ...leavingOut('Sec-WebSocket-Extensions')(lines),
      'Sec-WebSocket-Extensions: permessage-deflate',
    ],
    ['handshake/response-without-extensions'],
  ),
  {
    name: 'answers every extension that it reads',
    behaviour: {
      respond: (request) => [
        ...correct.respond(request, undefined),
        `Sec-WebSocket-Extensions: x-surprise, ${readExtensions(request)[0]?.name}`,
      ],
    },
    fails: [
      'extensions/offered-*',
      'extensions/malformed-*-parameter',
      'extensions/malformed-no-*',
      'extensions/malformed-*quote*',
      'extensions/malformed-s*',
      'extensions/malformed-two-equals',
      'extensions/malformed-empty',
      'extensions/malformed-commas-only',
    ],
  },
  choosing('speaks chat unasked', 'Sec-WebSocket-Protocol', () => ['chat'], [
    'handshake/response-without-subprotocol',
    'subprotocol/offered-one',
    'subprotocol/malformed-with-a-space',
    'subprotocol/malformed-in-quotes',
    'subprotocol/malformed-with-a-slash',
    'subprotocol/malformed-empty',
    'subprotocol/malformed-commas-only',
  ]),
  choosing(
    'answers all subprotocols, the first of them twice',
    'Sec-WebSocket-Protocol',
    (offers) => [offers[0]!, ...offers].filter((offer) => offer !== undefined),
    ['subprotocol/offered-*', 'subprotocol/malformed-repeated*', 'subprotocol/malformed-with-an-*'],
  ),
  choosing(
    'answers subprotocols in capitals',
    'Sec-WebSocket-Protocol',
    (offers) => offers.slice(0, 1).map((offer) => offer.toUpperCase()),
    ['subprotocol/offered-in-odd-case', 'subprotocol/offered-several*'],
  ),
  refusing('lists no methods with 405', leavingOut('Allow'), [
    'handshake/method-not-allowed-names-the-allowed',
  ]),
  refusing('names no Upgrade with 426', leavingOut('Upgrade'), [
    'handshake/upgrade-required-names-the-upgrade',
  ]),
  refusing('lists no versions', leavingOut('Sec-WebSocket-Version'), [
    'handshake/websocket-version-9',
    'handshake/websocket-version-14',
  ]),
  refusing('refuses with 404', replacing(/^HTTP\/1\.1 \d+/, 'HTTP/1.1 404'), [
    'handshake/websocket-version-unknown-gets-426',
    'origin/policy-refuses-with-403',
  ]),
  {
    ...refusing(
      'refuses with 404 what deserves 400',
      replacing(/^HTTP\/1\.1 \d+/, 'HTTP/1.1 404'),
      [
        'handshake/host-*',
        'handshake-body/content-length-n*',
        'handshake-body/content-length-two-that-differ',
      ],
    ),
    breaks: 'should',
    rule: 'wrong-status',
  },
  refusing('says 200 to everything', replacing(/^HTTP\/1\.1 \d+/, 'HTTP/1.1 200'), [
    'handshake/connection-and-upgrade-alone',
    'handshake/key-missing',
    'handshake/websocket-version-0',
  ]),
];

function remembering() {
  let first: readonly string[] | undefined;
  return (...parameters: Parameters<typeof correct.respond>) => {
    first ??= correct.respond(...parameters);
    return first;
  };
}

/** Accepts what is malformed, and answers something strange. */
export const careless: FaultyPeer = {
  name: 'reads no header and answers all of them',
  behaviour: {
    request: {},
    respond: (request) => [
      ...correct.respond(request, undefined),
      'Sec-WebSocket-Extensions: x-surprise',
      'Sec-WebSocket-Protocol: surprise',
    ],
  },
  fails: ['extensions/malformed-*', 'subprotocol/malformed-*'],
};

/** Peers whose connections know of each other. */
export const forgetful: readonly FaultyPeer[] = [
  {
    name: 'accepts thirty handshakes and no more',
    behaviour: { request: { ...correct.request, tired: counting(30) } },
    fails: ['handshake/accept-for-fifty-keys', 'handshake-repeated/t*'],
  },
  {
    name: 'refuses every client after a refused one',
    behaviour: { request: { offended: offended(), ...correct.request } },
    fails: ['handshake-repeated/good-ones-between-bad-ones'],
  },
  {
    name: 'goes on with the message of the connection before',
    behaviour: { header: { ...correct.header, newMessage: sharingMessages() } },
    fails: ['handshake-repeated/after-an-unfinished-message'],
  },
  {
    name: 'goes on with the frame of the connection before',
    behaviour: { header: { ...correct.header, rest: sharingFrames() } },
    fails: ['handshake-repeated/after-an-unfinished-frame'],
  },
  {
    name: 'keeps a connection whose end it has announced',
    asClient: false,
    behaviour: { endsRefusals: false },
    fails: ['handshake-refused/ended-as-announced-*'],
  },
];

function counting(most: number) {
  let seen = 0;
  return () => {
    seen += 1;
    return seen > most ? 500 : undefined;
  };
}

function offended(): (typeof correct.request)[string] {
  let refusedOne = false;
  return (request) => {
    if (refusedOne) return 403;
    refusedOne = headerValues(request, 'Sec-WebSocket-Key').length === 0;
    return undefined;
  };
}

function sharingMessages(): (typeof correct.header)[string] {
  let inside = false;
  return ({ opcode, fin }) => {
    if (opcode > 2) return undefined;
    const code = inside && opcode !== 0 ? 1002 : undefined;
    inside = !fin;
    return code;
  };
}

function sharingFrames(): (typeof correct.header)[string] {
  let cut: bigint | undefined;
  return ({ declaredLength, complete }) => {
    const code = cut !== undefined && cut !== declaredLength ? 1002 : undefined;
    cut = complete ? undefined : declaredLength;
    return code;
  };
}
