import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { accepted, orRefused, refused } from '../../../format/expectation.ts';
import { request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';

const sample = 'dGhlIHNhbXBsZSBub25jZQ==';
const base64 = (length: number) => Buffer.alloc(length, 'framewright').toString('base64');

const keys = [
  ['empty', '', 'an empty key'],
  ['without-padding', sample.slice(0, -2), 'a key without its padding'],
  ['with-half-its-padding', sample.slice(0, -1), 'a key with half its padding'],
  ['with-too-much-padding', `${sample}=`, 'a key with too much padding'],
  ['not-base64', '!@$%^&*()!@$%^&*()!@$%==', 'a key of 24 characters that is not base64'],
  ['in-the-url-alphabet', '-_-_-_-_-_-_-_-_-_-_-w==', 'a key in the alphabet for URLs'],
  ['with-a-space-inside', 'dGhlIHNhbXB sZSBub25jZQ==', 'a key with a space inside'],
  ['with-a-comma', `${sample}, ${sample}`, 'a line with two keys'],
  ['in-quotes', `"${sample}"`, 'a key in quotes'],
  ['of-16-raw-characters', 'the sample nonce', 'a key of 16 characters that were not encoded'],
] as const;
const lengths = [
  ['1-byte', 1],
  ['15-bytes', 15],
  ['17-bytes', 17],
  ['32-bytes', 32],
] as const;

export const key: readonly Case[] = [
  {
    id: 'handshake/key-missing',
    title: 'a handshake without Sec-WebSocket-Key is refused',
    level: 'must',
    ...rfc6455('4.2.1'),
    requirement: 'the request has a key; without it the server answers with an error',
    against: serverOnly,
    rule: 'key-missing',
    handshake: request({ without: ['Sec-WebSocket-Key'] }),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  },
  ...keys.map(([id, value, what]) => ({
    id: `handshake/key-${id}`,
    title: `${what} is refused`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'a key outside the grammar of base64 (§4.3) is answered with an error',
    against: serverOnly,
    rule: 'key-invalid',
    handshake: request({ key: value }),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  })),
  ...lengths.map(([id, length]) => ({
    id: `handshake/key-of-${id}`,
    title: `a key of ${id.replace('-', ' ')} is refused`,
    // §4.2.1 asks for 16 bytes, but §4.2.2 lets a server leave the key as it is.
    level: 'should' as const,
    ...rfc6455('4.2.1'),
    requirement: 'the key is base64 of 16 bytes, though no server is made to decode it (§4.2.2)',
    against: serverOnly,
    rule: 'key-invalid',
    handshake: request({ key: base64(length) }),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  })),
  ...(
    [
      ['same', sample],
      ['different', 'AQIDBAUGBwgJCgsMDQ4PEA=='],
    ] as const
  ).map(([id, second]) => ({
    id: `handshake/key-twice-${id}`,
    title: `two Sec-WebSocket-Key headers, the second ${id}, are refused`,
    level: 'must' as const,
    ...rfc6455('11.3.1'),
    requirement: 'a request has exactly one key',
    against: serverOnly,
    rule: 'key-repeated',
    handshake: request({ key: sample, add: [`Sec-WebSocket-Key: ${second}`] }),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  })),
  ...(
    [
      ['spaces', '  {key}  '],
      ['tabs', '\t{key}\t'],
      ['nothing', '{key}'],
    ] as const
  ).map(([what, value]) => ({
    id: `handshake/key-surrounded-by-${what}`,
    title: `a key with ${what} around it is accepted`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'white space around a value does not belong to it (RFC 9110 §5.5)',
    against: serverOnly,
    handshake: request({
      without: ['Sec-WebSocket-Key'],
      add: [`Sec-WebSocket-Key:${value}`],
    }),
    steps: [],
    expect: accepted(),
  })),
  {
    id: 'handshake/key-not-canonical',
    title: 'a key whose last unused bits are not 0 is accepted or refused',
    level: 'may',
    ...rfc6455('4.2.1'),
    requirement: 'a decoder may reject base64 whose padding bits are set (RFC 4648 §3.5)',
    against: serverOnly,
    handshake: request({ key: 'dGhlIHNhbXBsZSBub25jZf==' }),
    steps: [],
    expect: orRefused(accepted()),
  },
];
