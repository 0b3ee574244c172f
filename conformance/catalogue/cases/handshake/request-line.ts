import type { Case } from '../../../format/case.ts';
import { rfc6455, rfc9110, rfc9112 } from '../../../format/document.ts';
import { accepted, orRefused, refused } from '../../../format/expectation.ts';
import { request } from '../../../format/handshake.ts';
import { serverOnly } from '../../../format/role.ts';

const line = (startLine: string) => request({ startLine });

export const requestLine: readonly Case[] = [
  ...['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'].map((method) => ({
    id: `handshake/method-${method.toLowerCase()}`,
    title: `a handshake with ${method} is refused`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'the handshake is a GET request; another method gets no 101',
    against: serverOnly,
    rule: 'method-not-get',
    handshake: line(`${method} {target} HTTP/1.1`),
    steps: [],
    expect: refused(),
  })),
  ...(
    [
      ['in-lower-case', 'get'],
      ['capitalized', 'Get'],
      ['with-a-suffix', 'GETS'],
    ] as const
  ).map(([id, method]) => ({
    id: `handshake/get-${id}`,
    title: `a handshake with the method ${method} is refused`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'methods are case-sensitive: only GET is GET',
    against: serverOnly,
    rule: 'method-not-get',
    handshake: line(`${method} {target} HTTP/1.1`),
    steps: [],
    expect: refused(undefined, { checks: [{ kind: 'errorStatus' }] }),
  })),
  ...(
    [
      ['http-1-0', 'HTTP/1.0'],
      ['http-0-9', 'HTTP/0.9'],
    ] as const
  ).map(([id, version]) => ({
    id: `handshake/version-of-${id}`,
    title: `a handshake of ${version} is refused`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'the handshake speaks HTTP/1.1 or higher',
    against: serverOnly,
    rule: 'http-version',
    handshake: line(`GET {target} ${version}`),
    steps: [],
    expect: refused(),
  })),
  ...['HTTP/1.2', 'HTTP/2.0'].map((version) => ({
    id: `handshake/version-of-${version.toLowerCase().replaceAll(/[/.]/g, '-')}`,
    title: `a request line with ${version} is accepted or refused`,
    level: 'may' as const,
    ...rfc6455('4.2.1'),
    requirement: 'higher versions than HTTP/1.1 are allowed, and a server may refuse them',
    against: serverOnly,
    handshake: line(`GET {target} ${version}`),
    steps: [],
    expect: orRefused(accepted()),
  })),
  {
    id: 'handshake/method-not-allowed-names-the-allowed',
    title: 'a 405 to another method than GET lists the methods in Allow',
    level: 'must',
    ...rfc9110('15.5.6'),
    requirement: 'a response of 405 has an Allow header',
    against: serverOnly,
    handshake: line('POST {target} HTTP/1.1'),
    steps: [],
    expect: orRefused(
      accepted({
        kind: 'headerOfStatus',
        status: 405,
        name: 'Allow',
        ...rfc9110('15.5.6'),
      }),
    ),
  },
  ...(
    [
      ['lower-case', 'GET {target} http/1.1', 'http/1.1 in lower case'],
      ['other-protocol', 'GET {target} HTTQ/1.1', 'a protocol that is not HTTP'],
      ['no-minor', 'GET {target} HTTP/1', 'a version without its minor number'],
      ['two-digits', 'GET {target} HTTP/1.10', 'a version with a minor number of two digits'],
      ['missing', 'GET {target}', 'a request line without a version'],
    ] as const
  ).map(([id, startLine, what]) => ({
    id: `handshake/version-${id}`,
    title: `${what} is refused`,
    level: 'must' as const,
    ...rfc6455('4.2.1'),
    requirement: 'the handshake names HTTP/1.1 or higher as RFC 9112 §2.3 writes a version',
    against: serverOnly,
    rule: 'http-version',
    handshake: line(startLine),
    steps: [],
    expect: refused(),
  })),
  {
    id: 'handshake/target-in-absolute-form',
    title: 'a request target in absolute form is accepted',
    level: 'must',
    ...rfc9112('3.2.2'),
    requirement: 'a server takes the absolute form of a target as well as the path',
    against: serverOnly,
    handshake: line('GET {scheme}://{host}{target} HTTP/1.1'),
    steps: [],
    expect: accepted(),
  },
  ...(
    [
      ['asterisk', 'GET * HTTP/1.1', 'the asterisk', '3.2.4'],
      ['authority', 'GET {host} HTTP/1.1', 'an authority', '3.2.3'],
      ['with-a-fragment', 'GET {target}#top HTTP/1.1', 'a target with a fragment', '3.2'],
      ['with-a-space', 'GET {target} and HTTP/1.1', 'a target with a space in it', '3.2'],
      ['empty', 'GET  HTTP/1.1', 'an empty target', '3.2'],
    ] as const
  ).map(([id, startLine, what, section]) => ({
    id: `handshake/target-${id}`,
    title: `${what} in place of the path is refused`,
    level: 'should' as const,
    document: 'RFC 9112' as const,
    section,
    requirement: 'a GET names its resource by path or absolute form, without fragment or space',
    against: serverOnly,
    rule: 'malformed-target',
    handshake: line(startLine),
    steps: [],
    expect: refused(),
  })),
  {
    id: 'handshake/target-with-a-query',
    title: 'a query string in the request target is accepted',
    level: 'may',
    ...rfc6455('4.2.1'),
    requirement: 'a resource name may have a query',
    against: serverOnly,
    handshake: line('GET {target}{queryMark}framewright=a%20b&c HTTP/1.1'),
    steps: [],
    expect: orRefused(accepted()),
  },
];
