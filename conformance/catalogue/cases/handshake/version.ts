import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { accepted, orRefused, refused } from '../../../format/expectation.ts';
import { request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';

const version = (value: string) => request({ set: { 'Sec-WebSocket-Version': value } });

export const version13: readonly Case[] = [
  {
    id: 'handshake/websocket-version-missing',
    title: 'a handshake without Sec-WebSocket-Version is refused',
    level: 'must',
    ...rfc6455('4.2.1'),
    requirement: 'a request without a version is answered with an error',
    against: serverOnly,
    rule: 'version-unsupported',
    handshake: request({ without: ['Sec-WebSocket-Version'] }),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  },
  ...['0', '9', '12', '14', '25', '99', '113', '130', '255'].map((value) => ({
    id: `handshake/websocket-version-${value}`,
    title: `version ${value} is refused with the list of supported versions`,
    level: 'must' as const,
    ...rfc6455('4.2.2'),
    requirement: 'an unsupported version is answered with an error that lists 13',
    against: serverOnly,
    rule: 'version-unsupported',
    handshake: version(value),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }, { kind: 'listsVersion13' }] }),
  })),
  {
    id: 'handshake/websocket-version-unknown-gets-426',
    title: 'an unsupported version is refused with 426 Upgrade Required',
    level: 'should',
    ...rfc6455('4.4'),
    requirement: '426 asks a client to try another version',
    against: serverOnly,
    rule: 'version-unsupported',
    handshake: version('14'),
    steps: [],
    expect: refused([426]),
  },
  ...['7', '8'].map((value) => ({
    id: `handshake/websocket-version-${value}-of-a-draft`,
    title: `version ${value}, of a draft, is refused or still supported`,
    level: 'may' as const,
    ...rfc6455('11.6'),
    requirement: 'the versions of some drafts are registered; a server may still support them',
    against: serverOnly,
    handshake: version(value),
    steps: [],
    expect: orRefused(accepted()),
  })),
  ...(
    [
      ['with-a-leading-zero', '013'],
      ['with-a-sign', '+13'],
      ['with-a-fraction', '13.0'],
      ['in-hexadecimal', '0xd'],
      ['with-an-exponent', '1.3e1'],
      ['with-a-letter', '13a'],
      ['in-quotes', '"13"'],
      ['empty', ''],
      ['of-256', '256'],
      ['of-65549', '65549'],
      ['of-4294967309', '4294967309'],
      ['negative', '-13'],
      ['in-a-list', '13, 8'],
    ] as const
  ).map(([id, value]) => ({
    id: `handshake/websocket-version-${id}`,
    title: `a request with Sec-WebSocket-Version: ${value} is refused`,
    level: 'must' as const,
    ...rfc6455('4.3'),
    requirement:
      'the version is one number of 0 to 255 without a leading zero; another form is refused (§4.2.1)',
    against: serverOnly,
    rule: 'version-unsupported',
    handshake: version(value),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  })),
  ...(
    [
      ['same', '13'],
      ['older', '8'],
    ] as const
  ).map(([id, second]) => ({
    id: `handshake/websocket-version-twice-${id}`,
    title: `two Sec-WebSocket-Version headers, 13 and ${second}, are refused`,
    level: 'must' as const,
    ...rfc6455('11.3.5'),
    requirement: 'a request has exactly one version',
    against: serverOnly,
    rule: 'version-repeated',
    handshake: { request: { fields: [['Sec-WebSocket-Version', second]] as const } },
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  })),
  {
    id: 'handshake/websocket-version-surrounded-by-spaces',
    title: 'version 13 with white space around it is accepted',
    level: 'must',
    ...rfc6455('4.2.1'),
    requirement: 'white space around a value does not belong to it (RFC 9110 §5.5)',
    against: serverOnly,
    handshake: version('\t 13 \t'),
    steps: [],
    expect: accepted(),
  },
];
