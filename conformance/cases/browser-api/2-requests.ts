import { answered, echoOf, failed, observed, type Section, text } from '../../case.ts';
import { response } from '../../handshake.ts';
import { headerValues } from '../../wire/http-head.ts';
import { request, withConnection } from './in-page.ts';

const cookie = {
  handshake: response({ add: ['Set-Cookie: framewright_case=1; Path=/'] }),
  steps: [],
};

const leaving = (id: string, how: string, page: string) =>
  withConnection(
    `browser-leaving/${id}`,
    `${how} sends a Close with 1001`,
    'a program that goes away closes its connections as going away',
    page,
    {
      expect: failed(1001),
    },
  );

export const requests: Section = {
  document: 'WHATWG WebSockets',
  at: '2',
  title: 'Requests, and who makes them',
  cases: [
    withConnection(
      'browser-request/origin',
      'the request says the origin of the page',
      'Origin is the serialised origin of whoever opens the connection',
      'contexts/plain',
      {
        expect: answered([], {
          checks: [
            request(
              'wrong-origin',
              'an Origin of http, host and port',
              (head) => /^http:\/\/127\.0\.0\.1:\d+$/.test(headerValues(head, 'Origin').join()),
              'Origin',
            ),
          ],
        }),
      },
    ),
    withConnection(
      'browser-request/no-referer',
      'the request has no Referer',
      'a WebSocket request has no referrer',
      'contexts/plain',
      {
        expect: answered([], {
          checks: [
            request(
              'referer',
              'no Referer',
              (head) => headerValues(head, 'Referer').length === 0,
              'Referer',
            ),
          ],
        }),
      },
    ),
    withConnection(
      'browser-request/sandboxed-origin',
      'a sandboxed frame has the origin null',
      'Origin is the serialised origin of whoever opens the connection',
      'contexts/sandboxedFrame',
      {
        expect: answered([], {
          checks: [
            request(
              'wrong-origin',
              'Origin: null',
              (head) => headerValues(head, 'Origin').join() === 'null',
              'Origin',
            ),
          ],
        }),
      },
    ),
    withConnection(
      'browser-request/cookies',
      'a cookie of one response is in the next request',
      'cookies are those of HTTP, set and sent',
      'contexts/cookies',
      {
        before: [cookie],
        expect: answered([], {
          checks: [
            request(
              'lost-cookie',
              'Cookie with framewright_case=1',
              (head) => headerValues(head, 'Cookie').join().includes('framewright_case=1'),
              'Cookie',
            ),
          ],
        }),
      },
    ),
    withConnection(
      'browser-worker/echo',
      'a worker opens, echoes and is told the code',
      'the interface is there in workers, too',
      'contexts/worker',
      {
        steps: [text('for a worker')],
        expect: answered([echoOf(text('for a worker'))]),
        value: 1000,
      },
    ),
    leaving('removed-frame', 'removing a frame', 'contexts/removedFrame'),
    leaving('navigated-frame', 'navigating a frame', 'contexts/navigatedFrame'),
    leaving('terminated-worker', 'terminating a worker', 'contexts/terminatedWorker'),
    withConnection(
      'browser-stream/echo',
      'WebSocketStream opens, echoes and is closed',
      'no standard has it yet',
      'contexts/stream',
      {
        level: 'may',
        steps: [text('through a stream')],
        expect: observed({ events: [{ ...echoOf(text('through a stream')), optional: true }] }),
        value: ['through a stream', 1000, ''],
      },
    ),
  ],
};
