import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { accepted, orRefused } from '../../format/expectation.ts';

import { serverOnly } from '../../format/role.ts';

const offers = (...values: string[]) => ({
  request: { fields: values.map((value) => ['Sec-WebSocket-Extensions', value] as const) },
});
const deflate = 'permessage-deflate';

export const extensionNegotiation: readonly Case[] = [
  ...(
    [
      ['unknown', ['x-framewright'], ['x-framewright'], 'an unknown one'],
      [
        'unknown-with-parameters',
        ['x-framewright; a; b=1; c="two"'],
        ['x-framewright'],
        'an unknown one with parameters',
      ],
      [
        'with-quoted-escapes',
        ['x-framewright; a="t\\o\\ken"'],
        ['x-framewright'],
        'one with escapes in quotes',
      ],
      ['two-unknown', ['x-one, x-two'], ['x-one', 'x-two'], 'two unknown ones'],
      ['in-several-lines', ['x-one', 'x-two; a'], ['x-one', 'x-two'], 'two in two lines'],
      [
        'unknown-before-known',
        ['x-framewright, permessage-deflate'],
        ['x-framewright', deflate],
        'an unknown and a known one',
      ],
      ['same-one-twice', ['x-one, x-one'], ['x-one'], 'one twice'],
      ['of-an-old-draft', ['x-webkit-deflate-frame'], ['x-webkit-deflate-frame'], 'an old one'],
      ['constructor', ['constructor, toString'], ['constructor', 'toString'], 'odd ones'],
    ] as const
  ).map(([id, lines, names, what]) => ({
    id: `extensions/offered-${id}`,
    title: `of extensions, ${what}, only offered ones are answered`,
    level: 'must' as const,
    ...rfc6455('9.1'),
    requirement: 'the answer names extensions of the offer only; unknown ones are ignored',
    against: serverOnly,
    rule: 'extension-not-offered',
    handshake: offers(...lines),
    steps: [],
    expect: accepted({ kind: 'extensionsAmong', offered: names }),
  })),
  ...(
    [
      ['no-name', ['; a=1'], [], 'a parameter without an extension'],
      ['empty-parameter', ['x-one;'], ['x-one'], 'a semicolon without a parameter'],
      ['no-value', ['x-one; a='], ['x-one'], 'a parameter with = and no value'],
      ['open-quote', ['x-one; a="b'], ['x-one'], 'a quote that is not closed'],
      ['quoted-non-token', ['x-one; a="b c"'], ['x-one'], 'a quoted value that is no token'],
      ['quoted-separators', ['x-one; a="1;2,3"'], ['x-one'], 'separators in a quoted value'],
      ['space-in-name', ['x one'], [], 'a space in a name'],
      ['slash-in-name', ['x/one'], [], 'a slash in a name'],
      ['two-equals', ['x-one; a=b=c'], ['x-one'], 'two equals signs'],
      ['control-character', ['x-\u0001one'], [], 'a control character'],
      ['non-ascii', ['x-\u00e4'], [], 'a name beyond ASCII'],
      ['empty', [''], [], 'an empty list'],
      ['commas-only', [',,'], [], 'a list of commas'],
    ] as const
  ).map(([id, lines, names, what]) => ({
    id: `extensions/malformed-${id}`,
    title: `an offer with ${what} is refused or declined`,
    level: 'must' as const,
    ...rfc6455('9.1'),
    requirement: 'an offer outside the grammar fails the handshake or is declined',
    against: serverOnly,
    rule: 'extension-not-offered',
    handshake: offers(...lines),
    steps: [],
    expect: orRefused(accepted({ kind: 'extensionsAmong', offered: names })),
  })),
];
