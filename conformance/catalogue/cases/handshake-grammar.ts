import type { Case } from '../../format/case.ts';
import { rfc9110, rfc9112 } from '../../format/document.ts';
import { accepted, orRefused, refused } from '../../format/expectation.ts';
import { request } from '../../format/handshake.ts';
import { serverOnly } from '../../format/role.ts';

const withLine = (...add: string[]) => request({ add });
const withField = (name: string, value: string) => ({
  request: { fields: [[name, value]] as const },
});

export const headerGrammar: readonly Case[] = [
  ...(
    [
      ['names-in-lower-case', (name: string) => name.toLowerCase()],
      ['names-in-capitals', (name: string) => name.toUpperCase()],
      [
        'names-in-odd-case',
        (name: string) =>
          [...name].map((c, i) => (i % 2 ? c.toUpperCase() : c.toLowerCase())).join(''),
      ],
    ] as const
  ).map(([id, spell]) => ({
    id: `handshake-grammar/${id}`,
    title: `a handshake with header ${id.replaceAll('-', ' ')} is accepted`,
    level: 'must' as const,
    ...rfc9110('5.1'),
    requirement: 'names of headers are read without regard to case',
    against: serverOnly,
    handshake: request({
      without: ['Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'],
      add: [
        `${spell('Host')}: {host}`,
        `${spell('Upgrade')}: websocket`,
        `${spell('Connection')}: Upgrade`,
        `${spell('Sec-WebSocket-Key')}: {key}`,
        `${spell('Sec-WebSocket-Version')}: 13`,
      ],
    }),
    steps: [],
    expect: accepted(),
  })),
  {
    id: 'handshake-grammar/headers-in-reverse-order',
    title: 'the order of the headers does not matter',
    level: 'must',
    ...rfc9110('5.3'),
    requirement: 'headers of different names may come in any order',
    against: serverOnly,
    handshake: request({
      without: ['Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'],
      add: [
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: {key}',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Host: {host}',
      ],
    }),
    steps: [],
    expect: accepted(),
  },
  ...(
    [
      ['tabs-around-values', withLine('X-Framewright:\t value\t'), 'tabs around a value'],
      ['empty-value', withLine('X-Framewright:'), 'an empty value'],
      ['no-space-after-the-colon', withLine('X-Framewright:value'), 'no space after a colon'],
      ['long-value', withField('X-Framewright', 'v'.repeat(1000)), 'a value of 1,000 characters'],
      [
        'many-headers',
        { request: { fields: Array.from({ length: 50 }, (_, n) => [`X-${n}`, `${n}`] as const) } },
        '50 more headers',
      ],
      ['cookies', withField('Cookie', 'a=b; c="d"'), 'cookies'],
      ['odd-name', withField("!#$%&'*+-.^_`|~", '1'), 'a name of every odd character'],
    ] as const
  ).map(([id, handshake, what]) => ({
    id: `handshake-grammar/${id}`,
    title: `a handshake with ${what} is accepted`,
    level: 'must' as const,
    ...rfc9112('5'),
    requirement: 'a header is a name of token characters, a colon, and a value with space around',
    against: serverOnly,
    handshake,
    steps: [],
    expect: accepted(),
  })),
  {
    id: 'handshake-grammar/leading-empty-line',
    title: 'an empty line before the request line is ignored',
    level: 'should',
    ...rfc9112('2.2'),
    requirement: 'a server ignores at least one CRLF before the request line',
    against: serverOnly,
    handshake: request({ startLine: '\r\nGET {target} HTTP/1.1' }),
    steps: [],
    expect: accepted(),
  },
  ...(
    [
      ['bad-space-before-the-colon', 'X-Framewright : 1', 'a space before a colon', '5.1'],
      ['bad-tab-before-the-colon', 'X-Framewright\t: 1', 'a tab before a colon', '5.1'],
      ['space-before-the-key-colon', 'Sec-WebSocket-Key : {key}', 'Key, space, colon', '5.1'],
    ] as const
  ).map(([id, line, what, section]) => ({
    id: `handshake-grammar/${id}`,
    title: `a handshake with ${what} is refused with 400`,
    level: 'must' as const,
    ...rfc9112('5'),
    section,
    requirement: 'white space between a name and its colon is answered with 400',
    against: serverOnly,
    rule: 'whitespace-before-colon',
    handshake: withLine(line),
    steps: [],
    expect: refused([400]),
  })),
  ...(
    [
      ['folded-line', 'X-Framewright: a\r\n Sec-WebSocket-Key: {key}', 'a folded line', '5.2'],
      ['bare-cr', 'X-Framewright: a\rSec-WebSocket-Key: {key}', 'a line cut by a bare CR', '2.2'],
    ] as const
  ).map(([id, line, what, section]) => ({
    id: `handshake-grammar/key-in-a-${id}`,
    title: `a key in ${what} is not a key`,
    level: 'must' as const,
    ...rfc9112('5'),
    section,
    requirement: 'a line ends in CRLF, and white space after it continues the line',
    against: serverOnly,
    rule: 'key-missing',
    handshake: request({ without: ['Sec-WebSocket-Key'], add: [line] }),
    steps: [],
    expect: refused(),
  })),
  ...(
    [
      ['bad-no-colon', 'X-Framewright', 'a header line without a colon'],
      ['bad-no-name', ': value', 'a header line without a name'],
      ['bad-space-in-a-name', 'X Framewright: 1', 'a space in a name'],
      ['bad-non-ascii-name', 'X-Fr\u00e4me: 1', 'a name beyond ASCII'],
      ['bad-control-character-in-a-name', 'X-\u0001: 1', 'a control character in a name'],
      ['bad-separator-in-a-name', 'X(Framewright): 1', 'a separator in a name'],
    ] as const
  ).map(([id, line, what]) => ({
    id: `handshake-grammar/${id}`,
    title: `a handshake with ${what} is refused`,
    level: 'should' as const,
    ...rfc9112('2.2'),
    requirement: 'what does not match the grammar of a request is answered with 400',
    against: serverOnly,
    rule: 'malformed-header',
    handshake: withLine(line),
    steps: [],
    expect: refused([400]),
  })),
  {
    id: 'handshake-grammar/space-before-the-first-header',
    title: 'white space between the request line and the first header is refused or ignored',
    level: 'must',
    ...rfc9112('2.2'),
    requirement: 'such a line is refused as invalid, or consumed without reading it',
    against: serverOnly,
    rule: 'whitespace-before-headers',
    handshake: request({
      startLine: 'GET {target} HTTP/1.1\r\n Upgrade: websocket',
      without: ['Upgrade'],
    }),
    steps: [],
    expect: refused(),
  },
  ...(
    [
      ['folded-value', withLine('X-Framewright: a\r\n b'), 'a folded value'],
      ['value-beyond-ascii', withField('X-Framewright', 'caf\u00c3\u00a9'), 'UTF-8 in a value'],
      [
        'control-character-in-a-value',
        withField('X-Framewright', 'a\u0001b'),
        'a control character',
      ],
      ['nul-in-a-value', withLine('X-Framewright: a\u0000b'), 'NUL in a value'],
      ['bare-cr-in-a-value', withLine('X-Framewright: a\rb'), 'a bare CR in a value'],
    ] as const
  ).map(([id, handshake, what]) => ({
    id: `handshake-grammar/${id}`,
    title: `a handshake with ${what} is accepted or refused`,
    level: 'may' as const,
    ...rfc9112('5'),
    requirement: 'a server refuses or repairs obsolete syntax',
    against: serverOnly,
    handshake,
    steps: [],
    expect: orRefused(accepted()),
  })),
  {
    id: 'handshake-grammar/lines-that-end-in-lf',
    title: 'a handshake whose lines end in LF only is accepted or refused',
    level: 'may',
    ...rfc9112('2.2'),
    requirement: 'a reader may take a single LF for the end of a line',
    against: serverOnly,
    handshake: request({ lineEnd: '\n' }),
    steps: [],
    expect: orRefused(accepted()),
  },
];
