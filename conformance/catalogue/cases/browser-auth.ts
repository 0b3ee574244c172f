import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { answered } from '../../format/expectation.ts';
import { withConnection } from '../parts/in-page.ts';

export const browserAuth: readonly Case[] = [
  withConnection(
    'browser-auth/userinfo',
    'user and password go into Authorization, after a 401',
    'credentials of the URL answer a challenge, and appear nowhere else',
    'addresses/userinfo',
    {
      ...webSockets('3.1'),
      level: 'may',
      before: [
        {
          handshake: {
            response: {
              lines: [
                'HTTP/1.1 401 Unauthorized',
                'WWW-Authenticate: Basic realm="framewright"',
                'Content-Length: 0',
                'Connection: close',
              ],
            },
          },
          steps: [],
        },
      ],
      expect: answered([], {
        checks: [{ kind: 'basicCredentials', user: 'user', password: 'pass' }],
      }),
    },
  ),
];
