import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { accepted, orRefused, refused } from '../../../format/expectation.ts';
import { request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';

const rfc9110 = (section: string) => ({ document: 'RFC 9110', section }) as const;

export const upgradeAndConnection: readonly Case[] = [
  {
    id: 'handshake/upgrade-missing',
    title: 'a request without Upgrade is not a handshake',
    level: 'must',
    ...rfc6455('4.2.1'),
    requirement: 'the request has websocket in Upgrade; otherwise there is no 101',
    against: serverOnly,
    rule: 'not-an-upgrade',
    handshake: request({ without: ['Upgrade'] }),
    steps: [],
    expect: refused(),
  },
  ...(
    [
      ['capitalized', 'WebSocket', 'must'],
      ['in-capitals', 'WEBSOCKET', 'must'],
      ['in-odd-case', 'wEbSoCkEt', 'must'],
      ['before-another', 'websocket, h2c', 'should'],
      ['after-another', 'h2c, websocket', 'should'],
      ['after-an-empty-member', ', websocket', 'should'],
    ] as const
  ).map(([id, value, level]) => ({
    id: `handshake/upgrade-${id}`,
    title: `a request with Upgrade: ${value} is accepted`,
    level,
    ...rfc6455('4.2.1'),
    requirement:
      'Upgrade is a list of protocols in order of preference; websocket in any case is one',
    against: serverOnly,
    handshake: request({ set: { Upgrade: value } }),
    steps: [],
    expect: accepted(),
  })),
  {
    id: 'handshake/upgrade-in-two-lines',
    title: 'websocket in the second of two Upgrade lines is accepted',
    level: 'should',
    ...rfc6455('4.2.1'),
    requirement: 'a list may be spread over several lines of its header (RFC 9110 §5.3)',
    against: serverOnly,
    handshake: request({ set: { Upgrade: 'h2c' }, add: ['Upgrade: websocket'] }),
    steps: [],
    expect: accepted(),
  },
  ...(
    [
      ['empty', ''],
      ['to-h2c', 'h2c'],
      ['with-a-prefix', 'xwebsocket'],
      ['with-a-suffix', 'websocketx'],
      ['in-quotes', '"websocket"'],
      ['with-a-space', 'web socket'],
      ['separated-by-semicolon', 'h2c; websocket'],
    ] as const
  ).map(([id, value]) => ({
    id: `handshake/upgrade-${id}`,
    title: `a request with Upgrade: ${value} is not a handshake`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'websocket must be a complete member of Upgrade',
    against: serverOnly,
    rule: 'not-an-upgrade',
    handshake: request({ set: { Upgrade: value } }),
    steps: [],
    expect: refused(),
  })),
  {
    id: 'handshake/upgrade-with-a-version',
    title: 'a request with Upgrade: websocket/13 is accepted or refused',
    level: 'may',
    ...rfc6455('4.2.1'),
    requirement: 'HTTP lets a protocol have a version; RFC 6455 names it without one',
    against: serverOnly,
    handshake: request({ set: { Upgrade: 'websocket/13' } }),
    steps: [],
    expect: orRefused(accepted()),
  },
  ...(
    [
      ['missing', request({ without: ['Connection'] }), 'without Connection'],
      ['empty', request({ set: { Connection: '' } }), 'with an empty Connection'],
      ['close', request({ set: { Connection: 'close' } }), 'with Connection: close'],
      ['keep-alive', request({ set: { Connection: 'keep-alive' } }), 'with Connection: keep-alive'],
      ['substring', request({ set: { Connection: 'xUpgradex' } }), 'with Connection: xUpgradex'],
      [
        'separated-by-semicolon',
        request({ set: { Connection: 'keep-alive; Upgrade' } }),
        'with Connection: keep-alive; Upgrade',
      ],
      ['in-quotes', request({ set: { Connection: '"Upgrade"' } }), 'with Connection: "Upgrade"'],
    ] as const
  ).map(([id, handshake, what]) => ({
    id: `handshake/connection-${id}`,
    title: `a request ${what} is not a handshake`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'Connection lists Upgrade as a complete member; otherwise there is no 101',
    against: serverOnly,
    rule: 'connection-without-upgrade',
    handshake,
    steps: [],
    expect: refused(),
  })),
  ...(
    [
      ['after-keep-alive', 'keep-alive, Upgrade'],
      ['before-keep-alive', 'Upgrade, keep-alive'],
      ['in-lower-case', 'upgrade'],
      ['in-capitals', 'UPGRADE'],
      ['between-empty-members', ',, Upgrade ,'],
      ['without-spaces', 'keep-alive,Upgrade'],
      ['with-tabs', 'keep-alive\t,\tUpgrade'],
    ] as const
  ).map(([id, value]) => ({
    id: `handshake/connection-${id}`,
    title: `a request with Connection: ${value.replaceAll('\t', '⇥')} is accepted`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement:
      'Connection lists options in any case, with spaces or tabs around commas (RFC 9110 §5.6.1)',
    against: serverOnly,
    handshake: request({ set: { Connection: value } }),
    steps: [],
    expect: accepted(),
  })),
  ...(
    [
      ['first', 'Upgrade', 'keep-alive'],
      ['second', 'keep-alive', 'Upgrade'],
    ] as const
  ).map(([nth, one, two]) => ({
    id: `handshake/connection-in-two-lines-${nth}`,
    title: `an Upgrade in the ${nth} of two Connection lines is accepted`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'a list may be spread over several lines of its header (RFC 9110 §5.3)',
    against: serverOnly,
    handshake: request({ set: { Connection: one }, add: [`Connection: ${two}`] }),
    steps: [],
    expect: accepted(),
  })),
  {
    id: 'handshake/plain-get',
    title: 'a GET without an upgrade gets no 101',
    level: 'must',
    ...rfc6455('4.2.1'),
    requirement: 'an ordinary request is answered as such, or refused',
    against: serverOnly,
    rule: 'not-an-upgrade',
    handshake: request({
      without: ['Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'],
    }),
    steps: [],
    expect: refused(),
  },
  {
    id: 'handshake/upgrade-required-names-the-upgrade',
    title: 'a 426 to a plain GET has websocket in Upgrade and Upgrade in Connection',
    level: 'must',
    ...rfc9110('15.5.22'),
    requirement: 'a response of 426 names the protocol in Upgrade, listed in Connection',
    against: serverOnly,
    handshake: request({ without: ['Upgrade'] }),
    steps: [],
    expect: orRefused(
      accepted(
        { kind: 'headerOfStatus', status: 426, name: 'Upgrade', ...rfc9110('15.5.22') },
        { kind: 'headerOfStatus', status: 426, name: 'Connection', ...rfc9110('7.8') },
      ),
    ),
  },
  {
    id: 'handshake/connection-and-upgrade-alone',
    title: 'a request with only Upgrade and Connection is answered with an error',
    level: 'must',
    ...rfc6455('4.2.1'),
    requirement: 'an incomplete handshake gets an error status such as 400',
    against: serverOnly,
    rule: 'key-missing',
    handshake: request({ without: ['Sec-WebSocket-Key', 'Sec-WebSocket-Version'] }),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  },
];
