/**
 * Byte sequences that are UTF-8 and sequences that are not, each as one text message: the shortest
 * and longest of each length, its borders, and the classic ways to get it wrong (RFC 3629 §3, §4).
 */

import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { answered, echoOf, failed } from '../../../format/expectation.ts';
import { hex } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import { text } from '../../../format/step.ts';

interface Sequences {
  readonly group: string;
  /** What each of them is, for the title. */
  readonly what: string;
  /** Autobahn's group; its cases are numbered in this order. */
  readonly autobahn: string;
  /** Hexadecimal octets; with a name where they are too long for an id. A `!` marks what is invalid. */
  readonly octets: readonly (string | readonly [name: string, octets: string])[];
}

const continuations = octetsFrom(0x80, 0xbe);
const nonCharacters = Array.from({ length: 17 }, (_, plane) =>
  [0xfffe, 0xffff].map((low) => encoded(plane * 0x10000 + low)),
).flat();

const groups: readonly Sequences[] = [
  {
    group: 'text',
    what: 'text with characters of every length',
    autobahn: '6.5',
    octets: [
      ['dollar', '68656c6c6f24776f726c64'],
      ['cent', '68656c6c6fc2a2776f726c64'],
      ['euro', '68656c6c6fe282ac776f726c64'],
      ['han', '68656c6c6ff0a4ada2776f726c64'],
      ['greek', 'cebae1bdb9cf83cebcceb5'],
    ],
  },
  {
    group: 'prefix',
    what: 'the beginning of a Greek word',
    autobahn: '6.6',
    octets: [
      '!ce',
      'ceba',
      '!cebae1',
      '!cebae1bd',
      'cebae1bdb9',
      '!cebae1bdb9cf',
      'cebae1bdb9cf83',
      '!cebae1bdb9cf83ce',
      'cebae1bdb9cf83cebc',
      '!cebae1bdb9cf83cebcce',
      'cebae1bdb9cf83cebcceb5',
    ],
  },
  {
    group: 'shortest',
    what: 'the first character of its length',
    autobahn: '6.7',
    octets: ['00', 'c280', 'e0a080', 'f0908080'],
  },
  {
    group: 'too-long',
    what: 'a sequence of five or six bytes',
    autobahn: '6.8',
    octets: ['!f888808080', '!fc8480808080'],
  },
  {
    group: 'longest',
    what: 'the last character of its length',
    autobahn: '6.9',
    octets: ['7f', 'dfbf', 'efbfbf', 'f48fbfbf'],
  },
  {
    group: 'beyond',
    what: 'a sequence beyond U+10FFFF',
    autobahn: '6.10',
    octets: ['!f7bfbfbf', '!fbbfbfbfbf', '!fdbfbfbfbfbf'],
  },
  {
    group: 'border',
    what: 'a character beside a border',
    autobahn: '6.11',
    octets: ['ed9fbf', 'ee8080', 'efbfbd', 'f48fbfbf', '!f4908080'],
  },
  {
    group: 'continuation',
    what: 'continuation bytes without a start',
    autobahn: '6.12',
    octets: [
      '!80',
      '!bf',
      '!80bf',
      '!80bf80',
      '!80bf80bf',
      '!80bf80bf80',
      '!80bf80bf80bf',
      ['!all', continuations],
    ],
  },
  {
    group: 'lonely-starts',
    what: 'start bytes without a continuation',
    autobahn: '6.13',
    octets: [
      ['!of-two', spaced(0xc0, 0xde)],
      ['!of-three', spaced(0xe0, 0xee)],
      ['!of-four', spaced(0xf0, 0xf6)],
      ['!of-five', spaced(0xf8, 0xfa)],
      ['!of-six', 'fc20'],
    ],
  },
  {
    group: 'cut',
    what: 'a sequence without its last byte',
    autobahn: '6.14',
    octets: [
      '!c0',
      '!e080',
      '!f08080',
      '!f8808080',
      '!fc80808080',
      '!df',
      '!efbf',
      '!f7bfbf',
      '!fbbfbfbf',
      '!fdbfbfbfbf',
    ],
  },
  {
    group: 'cut-joined',
    what: 'ten cut sequences in a row',
    autobahn: '6.15',
    octets: [['!all', 'c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf']],
  },
  {
    group: 'impossible',
    what: 'a byte that UTF-8 never has',
    autobahn: '6.16',
    octets: ['!fe', '!ff', '!fefeffff'],
  },
  {
    group: 'overlong-slash',
    what: 'a slash in too many bytes',
    autobahn: '6.17',
    octets: ['!c0af', '!e080af', '!f08080af', '!f8808080af', '!fc80808080af'],
  },
  {
    group: 'overlong-last',
    what: 'the last character that fits in fewer bytes',
    autobahn: '6.18',
    octets: ['!c1bf', '!e09fbf', '!f08fbfbf', '!f887bfbfbf', '!fc83bfbfbfbf'],
  },
  {
    group: 'overlong-nul',
    what: 'a NUL in too many bytes',
    autobahn: '6.19',
    octets: ['!c080', '!e08080', '!f0808080', '!f880808080', '!fc8080808080'],
  },
  {
    group: 'surrogate',
    what: 'a UTF-16 surrogate',
    autobahn: '6.20',
    octets: ['!eda080', '!edadbf', '!edae80', '!edafbf', '!edb080', '!edbe80', '!edbfbf'],
  },
  {
    group: 'surrogate-pair',
    what: 'a pair of UTF-16 surrogates',
    autobahn: '6.21',
    octets: [
      '!eda080edb080',
      '!eda080edbfbf',
      '!edadbfedb080',
      '!edadbfedbfbf',
      '!edae80edb080',
      '!edae80edbfbf',
      '!edafbfedb080',
      '!edafbfedbfbf',
    ],
  },
  {
    group: 'non-character',
    what: 'a code point that is no character',
    autobahn: '6.22',
    octets: nonCharacters,
  },
  {
    group: 'special',
    what: 'one of the Specials block',
    autobahn: '6.23',
    octets: [0xfff9, 0xfffa, 0xfffb, 0xfffc, 0xfffd, 0xfffe, 0xffff].map(encoded),
  },
];

export const utf8Sequences: readonly Case[] = groups.flatMap(({ group, what, autobahn, octets }) =>
  octets.map((entry, index): Case => {
    const [marked, digits] = typeof entry === 'string' ? [entry, entry] : entry;
    const invalid = marked.startsWith('!');
    const name = marked.replace('!', '');
    const message = text(hex(digits.replace('!', '')));
    return {
      id: `utf8/${invalid ? 'invalid' : 'valid'}-${group}-${name}`,
      title: `${what} (${name}) ${invalid ? 'fails the connection' : 'is echoed'}`,
      level: 'must',
      ...rfc6455('8.1'),
      requirement: invalid
        ? 'text that is not UTF-8 fails the connection'
        : 'text that is UTF-8 is a message like any other',
      against: bothRoles,
      autobahn: [`${autobahn}.${index + 1}`],
      ...(invalid && { rule: 'invalid-utf8' }),
      steps: [message],
      expect: invalid ? failed(1007) : answered([echoOf(message)]),
    };
  }),
);

function encoded(codePoint: number): string {
  return Buffer.from(String.fromCodePoint(codePoint)).toString('hex');
}

function octetsFrom(first: number, last: number): string {
  return Buffer.from(
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  ).toString('hex');
}

/** Each octet of the range followed by a space. */
function spaced(first: number, last: number): string {
  return octetsFrom(first, last).replaceAll(/../g, '$&20');
}
