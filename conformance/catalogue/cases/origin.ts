import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { accepted, orRefused, refused } from '../../format/expectation.ts';

import { serverOnly } from '../../format/role.ts';

const from = (...origins: string[]) => ({
  request: { fields: origins.map((origin) => ['Origin', origin] as const) },
});

export const origin: readonly Case[] = [
  {
    id: 'origin/absent',
    title: 'a client that sends no Origin is accepted or refused',
    level: 'may',
    ...rfc6455('10.2'),
    requirement: 'clients other than browsers need not send an Origin',
    against: serverOnly,
    handshake: { request: { absent: ['Origin'] } },
    steps: [],
    expect: orRefused(accepted()),
  },
  {
    id: 'origin/own',
    title: 'a page of the server’s own origin is accepted',
    level: 'should',
    ...rfc6455('10.2'),
    requirement: 'a server that checks Origin accepts the origins it expects',
    against: serverOnly,
    handshake: { request: { origin: '{origin}' } },
    steps: [],
    expect: accepted(),
  },
  ...(
    [
      ['foreign', 'https://framewright.invalid'],
      ['null', 'null'],
      ['of-an-extension', 'chrome-extension://abcdefghijklmnop'],
    ] as const
  ).map(([id, value]) => ({
    id: `origin/${id}`,
    title: `a page of the origin ${value} is accepted or refused`,
    level: 'may' as const,
    ...rfc6455('10.2'),
    requirement: 'which pages may connect is the decision of the server',
    against: serverOnly,
    handshake: { request: { origin: value } },
    steps: [],
    expect: orRefused(accepted()),
  })),
  ...(
    [
      ['foreign', ['https://framewright.invalid'], 'a foreign origin'],
      ['null', ['null'], 'the opaque origin'],
      ['with-a-suffix', ['{origin}.framewright.invalid'], 'the own origin with a suffix'],
      ['with-a-longer-port', ['{origin}0'], 'the own origin with a digit more'],
      ['of-another-port', ['{scheme}://{hostname}:1'], 'the own host on another port'],
      ['of-another-scheme', ['{otherScheme}://{host}'], 'the own host by another scheme'],
      ['with-a-prefix', ['{scheme}://evil-{host}'], 'the own host with a prefix'],
      ['of-a-subdomain', ['{scheme}://evil.{host}'], 'a host below the own'],
      [
        'after-a-user-name',
        ['{scheme}://{host}@framewright.invalid'],
        'the own host as a user name',
      ],
      ['in-the-path', ['{scheme}://framewright.invalid/{host}'], 'the own host in the path'],
      ['foreign-before-own', ['https://framewright.invalid', '{origin}'], 'a foreign and the own'],
      ['own-before-foreign', ['{origin}', 'https://framewright.invalid'], 'the own and a foreign'],
    ] as const
  ).map(([id, values, what]) => ({
    id: `origin/policy-refuses-${id}`,
    title: `a server with an Origin policy refuses ${what}`,
    level: 'should' as const,
    ...rfc6455('10.2'),
    requirement: 'an Origin that is not one of those expected is answered with 403',
    against: serverOnly,
    needs: ['originPolicy'] as const,
    rule: 'origin-accepted',
    handshake: from(...values),
    steps: [],
    expect: refused(),
  })),
  {
    id: 'origin/policy-refuses-with-403',
    title: 'a foreign Origin is refused with 403 Forbidden',
    level: 'should',
    ...rfc6455('4.2.2'),
    requirement: 'the status for an Origin that is not acceptable is 403',
    against: serverOnly,
    needs: ['originPolicy'],
    handshake: { request: { origin: 'https://framewright.invalid' } },
    steps: [],
    expect: refused([403]),
  },
];
