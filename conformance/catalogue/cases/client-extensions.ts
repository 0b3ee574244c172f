import type { Case, Need } from '../../format/case.ts';
import { rfc6455, rfc7692 } from '../../format/document.ts';
import { answered, echoOf, observed, refused } from '../../format/expectation.ts';

import { clientOnly } from '../../format/role.ts';
import { message, text } from '../../format/step.ts';

const answering = (...answers: string[]) => ({
  response: { fields: answers.map((answer) => ['Sec-WebSocket-Extensions', answer] as const) },
});
/** A valid answer, whatever the client asks for beside it. */
const granting = (answer: string) => ({ extensions: { answer } });
const deflate = 'permessage-deflate';

const turnsAway = (
  id: string,
  what: string,
  needs: readonly Need[],
  ...answers: string[]
): Case => ({
  id: `client-extensions/${id}`,
  title: `${what} fails the connection`,
  level: 'must',
  document: needs.length > 0 ? 'RFC 7692' : 'RFC 6455',
  section: needs.length > 0 ? '7.1' : '4.1',
  requirement:
    needs.length > 0
      ? 'an answer that does not go with the offer, or breaks its grammar, fails the connection'
      : 'an extension that the client did not offer fails the connection',
  against: clientOnly,
  ...(needs.length > 0 && { needs }),
  rule: 'wrong-extension-accepted',
  handshake: answering(...answers),
  steps: [],
  expect: refused(),
});

const opens = (id: string, what: string, needs: readonly Need[], answer: string): Case => ({
  id: `client-extensions/${id}`,
  title: `${what} opens the connection and compresses messages`,
  level: 'must',
  ...rfc7692('7.1'),
  requirement: 'a valid answer applies to the whole connection, in both directions',
  against: clientOnly,
  needs,
  rule: 'valid-extension-refused',
  handshake: granting(answer),
  steps: ['one and one and one', 'one and one and two', 'one'].map((words) =>
    message('text', words, { deflate: true }),
  ),
  expect: answered(
    ['one and one and one', 'one and one and two', 'one'].map((words) => echoOf(text(words))),
  ),
});

const open = (id: string, what: string, needs: readonly Need[], ...answers: string[]): Case => ({
  id: `client-extensions/${id}`,
  title: `${what} is accepted or not`,
  level: 'may',
  ...rfc6455('9.1'),
  requirement: 'no specification decides about this answer',
  against: clientOnly,
  ...(needs.length > 0 && { needs }),
  handshake: answering(...answers),
  steps: [],
  expect: observed(),
});

export const clientExtensions: readonly Case[] = [
  turnsAway('unknown', 'an extension that was not offered', [], 'x-framewright'),
  turnsAway('unknown-with-deflate', 'an unknown extension beside a known one', [], deflate, 'foo'),
  turnsAway('of-an-old-draft', 'the compression of an old draft', [], 'x-webkit-deflate-frame'),
  {
    id: 'client-extensions/none',
    title: 'no extension in the answer opens the connection without one',
    level: 'must',
    ...rfc6455('9.1'),
    requirement: 'a server is free to decline what is offered',
    against: clientOnly,
    steps: [text('plain')],
    expect: answered([echoOf(text('plain'))]),
  },
  ...(
    [
      ['unknown-parameter', 'a parameter that there is not', '; foo'],
      ['server-window-7', 'a server window of 7', '; server_max_window_bits=7'],
      ['server-window-16', 'a server window of 16', '; server_max_window_bits=16'],
      ['server-window-08', 'a server window of 08', '; server_max_window_bits=08'],
      [
        'server-window-without-value',
        'a server window without a value',
        '; server_max_window_bits',
      ],
      ['client-window-7', 'a client window of 7', '; client_max_window_bits=7'],
      ['client-window-16', 'a client window of 16', '; client_max_window_bits=16'],
      [
        'client-window-without-value',
        'a client window without a value',
        '; client_max_window_bits',
      ],
      [
        'no-takeover-with-value',
        'server_no_context_takeover with a value',
        '; server_no_context_takeover=1',
      ],
      [
        'no-takeover-twice',
        'server_no_context_takeover twice',
        '; server_no_context_takeover; server_no_context_takeover',
      ],
    ] as const
  ).map(([id, what, suffix]) => turnsAway(id, what, ['deflate'], deflate + suffix)),
  {
    ...turnsAway(
      'client-window-9-unoffered',
      'a client window of 9 where none was offered',
      ['fixedWindow'],
      `${deflate}; client_max_window_bits=9`,
    ),
    ...rfc7692('7.1.2.2'),
    requirement: 'an answer must not limit a window whose limit was not offered',
  },
  {
    ...turnsAway(
      'deflate-twice',
      'permessage-deflate twice',
      ['deflate'],
      `${deflate}, ${deflate}`,
    ),
    ...rfc7692('5'),
    requirement: 'two extensions that both want RSV1 are not accepted together',
  },
  {
    ...turnsAway('open-parameter', 'a semicolon with nothing after it', ['deflate'], `${deflate};`),
    ...rfc6455('9.1'),
    requirement: 'an answer that breaks the grammar of extensions fails the connection',
  },
  opens('deflate', 'permessage-deflate', ['deflate'], deflate),
  opens(
    'server-window-10',
    'a server window of 10',
    ['deflate'],
    `${deflate}; server_max_window_bits=10`,
  ),
  opens(
    'server-no-takeover',
    'server_no_context_takeover',
    ['deflate'],
    `${deflate}; server_no_context_takeover`,
  ),
  opens(
    'client-no-takeover',
    'client_no_context_takeover',
    ['deflate'],
    `${deflate}; client_no_context_takeover`,
  ),
  opens(
    'quoted-window',
    'a server window in quotes',
    ['deflate'],
    `${deflate}; server_max_window_bits="10"`,
  ),
  opens(
    'client-window-9',
    'a client window of 9',
    ['windowLimit'],
    `${deflate}; client_max_window_bits=9`,
  ),
  opens(
    'all-four',
    'an answer with all four parameters',
    ['windowLimit'],
    `${deflate}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12`,
  ),
  {
    ...open('client-window-8', 'a client window of 8, which zlib does not have', ['windowLimit']),
    handshake: granting(`${deflate}; client_max_window_bits=8`),
  },
  open('empty', 'an empty answer', [], ''),
  open('deflate-in-capitals', 'the name in capitals', ['deflate'], 'PERMESSAGE-DEFLATE'),
];
