import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { accepted, orRefused } from '../../format/expectation.ts';

import { serverOnly } from '../../format/role.ts';

const offers = (...values: string[]) => ({
  request: { fields: values.map((value) => ['Sec-WebSocket-Protocol', value] as const) },
});
const many = Array.from({ length: 200 }, (_, nth) => `framewright.${nth}`);

export const subprotocol: readonly Case[] = [
  ...(
    [
      ['one', ['framewright.one'], ['framewright.one'], 'one'],
      ['several', ['chat, superchat, mqtt'], ['chat', 'superchat', 'mqtt'], 'several'],
      ['several-lines', ['chat', 'superchat'], ['chat', 'superchat'], 'several in several lines'],
      ['in-odd-case', ['ChAt'], ['ChAt'], 'one in odd case'],
      ['two-of-different-case', ['chat, CHAT'], ['chat', 'CHAT'], 'two that differ in case'],
      ['with-every-token-character', ["a!#$%&'*+-.^_`|~9"], ["a!#$%&'*+-.^_`|~9"], 'an odd token'],
      ['two-hundred', [many.join(', ')], many, 'two hundred'],
      ['a-long-one', ['x'.repeat(1000)], ['x'.repeat(1000)], 'one of 1,000 characters'],
      ['a-registered-one', ['mqtt'], ['mqtt'], 'a registered one'],
      ['constructor', ['constructor, __proto__'], ['constructor', '__proto__'], 'odd ones'],
    ] as const
  ).map(([id, lines, names, what]) => ({
    id: `subprotocol/offered-${id}`,
    title: `of subprotocols, ${what}, one is selected unchanged, or none`,
    level: 'must' as const,
    ...rfc6455('4.2.2'),
    requirement: 'the answer is one of the offered subprotocols, unchanged, or absent',
    against: serverOnly,
    rule: 'subprotocol-not-offered',
    handshake: offers(...lines),
    steps: [],
    expect: accepted({ kind: 'subprotocolAmong', offered: names }, { kind: 'singularHeaders' }),
  })),
  ...(
    [
      ['repeated', ['chat, chat'], ['chat'], 'a repeated subprotocol'],
      ['repeated-in-two-lines', ['chat', 'chat'], ['chat'], 'one in two lines'],
      ['with-a-space', ['super chat'], [], 'a subprotocol with a space'],
      ['in-quotes', ['"chat"'], [], 'a subprotocol in quotes'],
      ['with-a-slash', ['chat/2'], [], 'a subprotocol with a slash'],
      ['non-ascii', ['ch\u00e4t'], [], 'a subprotocol beyond ASCII'],
      ['empty', [''], [], 'an empty list'],
      ['commas-only', [', ,'], [], 'a list of commas'],
      ['with-an-empty-member', ['chat,, superchat'], ['chat', 'superchat'], 'an empty member'],
    ] as const
  ).map(([id, lines, names, what]) => ({
    id: `subprotocol/malformed-${id}`,
    title: `${what} is refused, or answered with what was offered`,
    level: 'must' as const,
    ...rfc6455('11.3.4'),
    requirement: 'the offer is a list of unique tokens; an invalid name is never selected',
    against: serverOnly,
    rule: 'subprotocol-not-offered',
    handshake: offers(...lines),
    steps: [],
    expect: orRefused(
      accepted({ kind: 'subprotocolAmong', offered: names }, { kind: 'singularHeaders' }),
    ),
  })),
];
