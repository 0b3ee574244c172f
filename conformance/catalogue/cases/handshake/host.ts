import type { Case } from '../../../format/case.ts';
import { rfc9112 } from '../../../format/document.ts';
import { accepted, orRefused, refused } from '../../../format/expectation.ts';
import { request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';

export const host: readonly Case[] = [
  {
    id: 'handshake/host-missing',
    title: 'a handshake without Host is refused with 400',
    level: 'must',
    ...rfc9112('3.2'),
    requirement: 'a request of HTTP/1.1 without Host is answered with 400',
    against: serverOnly,
    rule: 'host-missing',
    handshake: request({ without: ['Host'] }),
    steps: [],
    expect: refused([400]),
  },
  ...(
    [
      ['same', '{host}'],
      ['different', 'other.example'],
    ] as const
  ).map(([id, second]) => ({
    id: `handshake/host-twice-${id}`,
    title: `a handshake with two Host headers, the second ${id}, is refused with 400`,
    level: 'must' as const,
    ...rfc9112('3.2'),
    requirement: 'a request with more than one Host line is answered with 400',
    against: serverOnly,
    rule: 'host-repeated',
    handshake: request({ add: [`Host: ${second}`] }),
    steps: [],
    expect: refused([400]),
  })),
  ...(
    [
      ['with-a-space', 'a b', 'a space'],
      ['with-a-path', '{host}/path', 'a path'],
      ['with-userinfo', 'user@{host}', 'a user name'],
    ] as const
  ).map(([id, value, what]) => ({
    id: `handshake/host-${id}`,
    title: `a Host with ${what} in it is refused with 400`,
    level: 'must' as const,
    ...rfc9112('3.2'),
    requirement: 'a request whose Host is not a host with an optional port is answered with 400',
    against: serverOnly,
    rule: 'host-invalid',
    handshake: request({ set: { Host: value } }),
    steps: [],
    expect: refused([400]),
  })),
  ...(
    [
      ['empty', '', 'an empty Host'],
      ['foreign', 'other.example', 'the Host of another server'],
    ] as const
  ).map(([id, value, what]) => ({
    id: `handshake/host-${id}`,
    title: `${what} is accepted or refused`,
    level: 'may' as const,
    ...rfc9112('3.2'),
    requirement: 'a server decides whether it serves that name',
    against: serverOnly,
    handshake: request({ set: { Host: value } }),
    steps: [],
    expect: orRefused(accepted()),
  })),
];
