/** The opening handshake as Fetch makes it: who sends it, and what it reveals about the page. */

import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { answered } from '../../format/expectation.ts';
import { close } from '../../format/step.ts';
import { header, withConnection, withoutConnection } from '../parts/in-page.ts';

const origin = { document: 'WHATWG Fetch', section: '3.2' } as const;

/** A page with an opaque origin. */
const opaque = (
  id: string,
  title: string,
  page: string,
  more: Partial<Case> & { value?: unknown } = {},
) =>
  withConnection(
    `browser-request/${id}`,
    title,
    'Origin is the serialised origin of the page that opens the connection; an opaque one is null',
    page,
    {
      ...origin,
      ...more,
      expect: answered([], { checks: [header('wrong-origin', 'Origin', 'null', origin)] }),
    },
  );

export const requests: readonly Case[] = [
  withConnection(
    'browser-request/origin',
    'the request has the origin of the page',
    'Origin is the serialised origin of the page that opens the connection',
    'frames/plain',
    {
      ...origin,
      expect: answered([], {
        checks: [{ kind: 'originWithPort', host: '127.0.0.1', ...origin }],
      }),
    },
  ),
  opaque('sandboxed-origin', 'a sandboxed frame has the origin null', 'frames/sandboxed'),
  opaque('data-frame-origin', 'a frame of a data: URL has the origin null', 'frames/ofData'),
  opaque('data-worker-origin', 'a worker of a data: URL has the origin null', 'workers/ofData', {
    ...{ document: 'WHATWG HTML', section: '10.2.6.2' },
    value: 1000,
  }),
  withConnection(
    'browser-request/no-referer',
    'the request has no Referer',
    'a WebSocket request has no referrer',
    'frames/plain',
    { ...webSockets('2.2'), expect: answered([], { checks: [header('referer', 'Referer')] }) },
  ),
  withoutConnection(
    'browser-request/content-security-policy',
    'a policy without connections lets no request out',
    'a request that the policy of its document forbids is never made, and the connection fails',
    'frames/forbidden',
    ['error', 'close', 'end'],
    webSockets('2.2'),
  ),
  withConnection(
    'browser-request/loopback-from-a-secure-page',
    'a page of https reaches 127.0.0.1 without TLS',
    'an address of loopback is trustworthy, so a request to it is no mixed content',
    'frames/loopbackFromSecure',
    {
      ...{ document: 'W3C Mixed Content', section: '4.4' },
      value: ['open', 'close', 'end'],
    },
  ),
  withConnection(
    'browser-request/ws-from-a-secure-page',
    'a page of https opens nothing without TLS; a page of http does',
    'a request without TLS to an address that is not trusted is mixed content, and fails',
    'frames/plainFromSecure',
    {
      ...{ document: 'W3C Mixed Content', section: '4.4' },
      value: ['error', 'close', 'end'],
    },
  ),
  withConnection(
    'browser-request/cookies',
    'a cookie of one response is in the next request',
    'cookies are those of HTTP, set and sent',
    'cookies/twice',
    {
      ...{ document: 'RFC 6265', section: '5.4' },
      before: [
        {
          handshake: { response: { fields: [['Set-Cookie', 'framewright_case=1; Path=/']] } },
          steps: [close(1000)],
        },
      ],
      expect: answered([], { checks: [{ kind: 'cookieSent', cookie: 'framewright_case=1' }] }),
    },
  ),
];
