import type { Case } from '../../format/case.ts';
import { rfc7692 } from '../../format/document.ts';
import { accepted, orRefused } from '../../format/expectation.ts';
import { serverOnly } from '../../format/role.ts';

const offering = (offer: string) => ({ handshake: { extensions: { offer } } });
const deflate = (...parameters: string[]) => ['permessage-deflate', ...parameters].join('; ');

const windows = [8, 9, 10, 11, 12, 13, 14, 15];

export const deflateOffers: readonly Case[] = [
  ...(
    [
      ['bare', deflate(), 'a bare offer'],
      ['server-no-takeover', deflate('server_no_context_takeover'), 'no takeover for the server'],
      ['client-no-takeover', deflate('client_no_context_takeover'), 'no takeover for the client'],
      ['client-window', deflate('client_max_window_bits'), 'a client window without a value'],
      [
        'all-four',
        deflate(
          'server_no_context_takeover',
          'client_no_context_takeover',
          'server_max_window_bits=12',
          'client_max_window_bits=12',
        ),
        'all four parameters',
      ],
      ['quoted-window', deflate('server_max_window_bits="10"'), 'a window in quotes'],
      ['spaces', 'permessage-deflate ;  client_max_window_bits ', 'spaces around the semicolon'],
      [
        'in-order',
        `${deflate('server_max_window_bits=9')}, ${deflate('server_max_window_bits=12')}, ${deflate()}`,
        'three offers in order of preference',
      ],
      ['twice', `${deflate()}, ${deflate()}`, 'the same offer twice'],
    ] as const
  ).map(([id, offer, what]) => ({
    id: `deflate-offer/${id}`,
    title: `${what}: the answer follows the offer`,
    level: 'must' as const,
    ...rfc7692('5.1'),
    requirement: 'an answer has the parameters of one offer, within its limits',
    against: serverOnly,
    rule: 'wrong-deflate-answer',
    ...offering(offer),
    steps: [],
    expect: accepted(),
  })),
  ...(['server', 'client'] as const).flatMap((side) =>
    windows.map((bits) => ({
      id: `deflate-offer/${side}-window-${bits}`,
      title: `a ${side} window of ${bits} bits is answered within its bounds`,
      level: 'must' as const,
      ...rfc7692(side === 'server' ? '7.1.2.1' : '7.1.2.2'),
      requirement: 'a window limit that is answered is at most the one that was offered',
      against: serverOnly,
      rule: 'wrong-deflate-answer',
      ...offering(deflate(`${side}_max_window_bits=${bits}`)),
      steps: [],
      expect: accepted(),
    })),
  ),
  ...(['server', 'client'] as const).flatMap((side) =>
    (
      [
        ['7', '7', 'below the range'],
        ['16', '16', 'above the range'],
        ['0', '0', 'of zero'],
        ['08', '08', 'with a leading zero'],
        ['1e1', '1e1', 'in scientific notation'],
        ['negative', '-9', 'that is negative'],
        ['text', 'ten', 'in words'],
        ['quoted-empty', '""', 'of an empty string'],
      ] as const
    ).map(([id, value, what]) => ({
      id: `deflate-offer/${side}-window-${id}-declined`,
      title: `a ${side} window ${what} has the offer declined`,
      level: 'must' as const,
      ...rfc7692(side === 'server' ? '7.1.2.1' : '7.1.2.2'),
      requirement: 'an offer with a parameter value that is not valid is declined',
      against: serverOnly,
      rule: 'invalid-offer-accepted',
      ...offering(deflate(`${side}_max_window_bits=${value}`)),
      steps: [],
      expect: orRefused(accepted({ kind: 'deflateDeclined' })),
    })),
  ),
  ...(
    [
      ['unknown-parameter', deflate('x_framewright'), 'a parameter that does not exist'],
      ['server-window-without-value', deflate('server_max_window_bits'), 'no server window value'],
      [
        'takeover-with-value',
        deflate('server_no_context_takeover=1'),
        'a value where none belongs',
      ],
      [
        'client-takeover-with-value',
        deflate('client_no_context_takeover=true'),
        'a value where none belongs, for the client',
      ],
      [
        'parameter-twice',
        deflate('server_no_context_takeover', 'server_no_context_takeover'),
        'a parameter twice',
      ],
      [
        'window-twice',
        deflate('server_max_window_bits=10', 'server_max_window_bits=11'),
        'two windows for one side',
      ],
    ] as const
  ).map(([id, offer, what]) => ({
    id: `deflate-offer/${id}-declined`,
    title: `${what} has the offer declined`,
    level: 'must' as const,
    ...rfc7692('7.1'),
    requirement: 'an offer with an unknown, repeated or malformed parameter is declined',
    against: serverOnly,
    rule: 'invalid-offer-accepted',
    ...offering(offer),
    steps: [],
    expect: orRefused(accepted({ kind: 'deflateDeclined' })),
  })),
  ...(
    [
      ['unknown-then-valid', `${deflate('x_framewright')}, ${deflate()}`, 'an unknown parameter'],
      [
        'window-then-valid',
        `${deflate('server_max_window_bits=16')}, ${deflate('server_max_window_bits=10')}`,
        'a window out of range',
      ],
      [
        'twice-then-valid',
        `${deflate('client_no_context_takeover', 'client_no_context_takeover')}, ${deflate()}`,
        'a parameter twice',
      ],
    ] as const
  ).map(([id, offer, what]) => ({
    id: `deflate-offer/${id}`,
    title: `after an offer with ${what}, a valid one is accepted`,
    // To decline an offer is a MUST; to go on with the handshake is nowhere said to be one.
    level: 'should' as const,
    ...rfc7692('5.1'),
    requirement: 'each offer is independent; a declined one does not affect the others',
    against: serverOnly,
    rule: 'wrong-deflate-answer',
    ...offering(offer),
    steps: [],
    expect: accepted(),
  })),
];
