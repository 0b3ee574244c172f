/** Cookies of opening handshakes (RFC 6265), which Fetch stores and sends as those of any request. */

import type { Case } from '../../format/case.ts';
import { answered } from '../../format/expectation.ts';
import { close } from '../../format/step.ts';
import { withConnection } from '../parts/in-page.ts';

const sending = { document: 'RFC 6265', section: '5.4' } as const;

const opening = (...cookies: string[]) => ({
  handshake: { response: { fields: cookies.map((cookie) => ['Set-Cookie', cookie] as const) } },
  steps: [close(1000)],
});

/** The conversation before this one sets a cookie; this one's request has it. */
const kept = (
  id: string,
  title: string,
  requirement: string,
  { cookie, page = 'cookies/twice', ...more }: Partial<Case> & { cookie: string; value?: unknown },
) =>
  withConnection(`browser-cookies/${id}`, title, requirement, page, {
    ...sending,
    ...more,
    expect: answered([], {
      checks: [{ kind: 'cookieSent', cookie }],
    }),
  });

export const requestCookies: readonly Case[] = [
  // Ahead of the case whose page reads its cookies: WebKitGTK keeps what was read, and from then on
  // its copy may be older than the open event.
  withConnection(
    'browser-cookies/seen-in-open',
    'a cookie of the 101 is visible in the open event',
    'the response and its cookies are processed before the open event',
    'cookies/seenInOpen',
    {
      ...{ document: 'WHATWG WebSockets', section: '4' },
      handshake: opening('framewright_open=1; Path=/').handshake,
      value: true,
    },
  ),
  kept(
    'of-a-refused-handshake',
    'a cookie of a refused handshake is in the next request',
    'cookies are stored whatever the status of the response is',
    {
      cookie: 'framewright_refused=1',
      document: 'RFC 6265',
      section: '3',
      level: 'should',
      before: [
        {
          handshake: {
            response: {
              lines: [
                'HTTP/1.1 403 Forbidden',
                'Set-Cookie: framewright_refused=1; Path=/',
                'Content-Length: 0',
              ],
            },
          },
          steps: [],
        },
      ],
    },
  ),
  kept(
    'http-only',
    'an HttpOnly cookie is sent, and kept from scripts',
    'an HttpOnly cookie is for HTTP, and a handshake is one; no program sees it',
    {
      cookie: 'framewright_http_only=1',
      page: 'cookies/keptFromScripts',
      before: [opening('framewright_http_only=1; Path=/; HttpOnly')],
      value: false,
    },
  ),
  withConnection(
    'browser-cookies/in-order',
    'cookies of longer paths come first, then those that are older',
    'servers may rely on the order: longer paths before shorter, then by time of creation',
    'cookies/twice',
    {
      ...sending,
      level: 'should',
      before: [
        opening(
          'framewright_a=1; Path=/',
          'framewright_b=2; Path=/',
          'framewright_c=3; Path=/runCase',
        ),
      ],
      expect: answered([], {
        checks: [
          {
            kind: 'cookiesInOrder',
            cookies: ['framewright_c=3', 'framewright_a=1', 'framewright_b=2'],
          },
        ],
      }),
    },
  ),
];
