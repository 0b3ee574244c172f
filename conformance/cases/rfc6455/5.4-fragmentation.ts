import {
  answered,
  bothRoles,
  continuation,
  echoOf,
  failed,
  ping,
  pongOf,
  type Section,
  text,
} from '../../case.ts';

export const fragmentation: Section = {
  document: 'RFC 6455',
  at: '5.4',
  title: 'Fragmentation',
  cases: [
    {
      id: 'fragmentation/new-text-inside-a-message',
      title: 'a text frame inside an unfinished message fails the connection',
      level: 'must',
      requirement: 'fragments of one message are not interleaved with fragments of another',
      against: bothRoles,
      autobahn: ['5.18'],
      rule: 'message-inside-a-message',
      steps: [text('one', { fin: false }), text('two')],
      expect: failed(1002),
    },
    ...[1, 7, 125].map((size) => ({
      id: `fragmentation/ping-of-${size}-inside-a-message`,
      title: `a ping of ${size} bytes between two fragments is answered at once`,
      level: 'must' as const,
      requirement: 'control frames may come between the fragments of a message and are handled',
      against: bothRoles,
      steps: [text('one', { fin: false }), ping('p'.repeat(size)), continuation('two')],
      expect: answered([pongOf('p'.repeat(size)), echoOf(text('onetwo'))]),
    })),
  ],
};
