import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { answered, echoOf, failed, optional, pongOf } from '../../../format/expectation.ts';
import { fill } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import {
  awaits,
  continuation,
  eachInItsOwnSegment,
  type Item,
  inSegmentsOf,
  message,
  ping,
  type Step,
  text,
} from '../../../format/step.ts';
import { inBytes } from '../../parts/amounts.ts';

const first = text('fragment1', { fin: false });
const last = continuation('fragment2');
const orphan = 'non-continuation payload';
const hello = text('Hello, world!');
const wholes = { opcode: first.opcode, payload: 'fragment1fragment2' };

/** The same items in one segment, in one per frame, and byte by byte. */
const deliveries: readonly {
  readonly id: string;
  readonly how: string;
  readonly deliver: (...items: Item[]) => readonly Step[];
}[] = [
  { id: 'in-one-segment', how: '', deliver: (...items) => items },
  {
    id: 'in-segments',
    how: ', frame by frame',
    deliver: (...items) => [eachInItsOwnSegment(...items)],
  },
  { id: 'byte-by-byte', how: ', byte by byte', deliver: (...items) => [inSegmentsOf(1, ...items)] },
];

const joined: readonly Case[] = deliveries.flatMap(({ id, how, deliver }, index) => [
  {
    id: `fragmentation/two-fragments-${id}`,
    title: `two fragments make one message${how}`,
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'a message is the payloads of its frames, joined in order',
    against: bothRoles,
    autobahn: [`5.${3 + index}`],
    steps: deliver(first, last),
    expect: answered([echoOf(wholes)]),
  },
  {
    id: `fragmentation/ping-between-fragments-${id}`,
    title: `a ping between two fragments is answered before the message${how}`,
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'control frames may come between the fragments of a message and are handled',
    against: bothRoles,
    autobahn: [`5.${6 + index}`],
    steps: deliver(first, ping('ping payload'), last),
    expect: answered([pongOf('ping payload'), echoOf(wholes)]),
  },
  {
    id: `fragmentation/final-continuation-of-nothing-${id}`,
    title: `a final continuation without a message fails the connection${how}`,
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'a continuation frame continues a message that has begun',
    against: bothRoles,
    autobahn: [`5.${9 + index}`],
    rule: 'continuation-of-nothing',
    steps: deliver(continuation(orphan), hello),
    expect: failed(1002),
  },
  {
    id: `fragmentation/continuation-of-nothing-${id}`,
    title: `a non-final continuation without a message fails the connection${how}`,
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'a continuation frame continues a message that has begun',
    against: bothRoles,
    autobahn: [`5.${12 + index}`],
    rule: 'continuation-of-nothing',
    steps: deliver(continuation(orphan, { fin: false }), hello),
    expect: failed(1002),
  },
]);

const unfinished = (payload: string) => continuation(payload, { fin: false });

const twoPings = ['in-one-segment', 'in-segments'].map((id, index): Case => {
  const deliver = deliveries[index]!.deliver;
  const before = [first, unfinished('fragment2'), ping('pongme 1!')];
  const after = [
    unfinished('fragment3'),
    unfinished('fragment4'),
    ping('pongme 2!'),
    continuation('fragment5'),
  ];
  const payload = [1, 2, 3, 4, 5].map((part) => `fragment${part}`).join('');
  return {
    id: `fragmentation/two-pings-inside-a-message-${id}`,
    title: `two pings inside a message of five fragments${deliveries[index]!.how}`,
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'control frames may come between the fragments of a message and are handled',
    against: bothRoles,
    autobahn: [`5.${19 + index}`],
    steps: [...deliver(...before), awaits('pong'), ...deliver(...after)],
    expect: answered([
      pongOf('pongme 1!'),
      pongOf('pongme 2!'),
      echoOf({ opcode: first.opcode, payload }),
    ]),
  };
});

const disordered = (id: string, title: string, autobahn: string, once: readonly Item[]): Case => ({
  id: `fragmentation/${id}`,
  title,
  level: 'must',
  ...rfc6455('5.4'),
  requirement: 'a continuation frame continues a message that has begun',
  against: bothRoles,
  autobahn: [autobahn],
  rule: 'continuation-of-nothing',
  steps: [...once, ...once],
  expect: failed(1002),
});

export const fragmentation: readonly Case[] = [
  ...joined,
  ...twoPings,
  {
    id: 'fragmentation/continuation-after-a-message',
    title: 'a continuation after a finished message fails the connection',
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'a continuation frame continues a message that has begun',
    against: bothRoles,
    autobahn: ['5.15'],
    rule: 'continuation-of-nothing',
    steps: [first, last, unfinished('fragment3'), text('fragment4')],
    // Whether the finished message still gets its echo is not said.
    expect: failed(1002, { events: [optional(echoOf(wholes))] }),
  },
  disordered(
    'unfinished-continuation-before-a-message',
    'a message between unfinished continuations of nothing fails the connection',
    '5.16',
    [unfinished('fragment1'), text('fragment2', { fin: false }), continuation('fragment3')],
  ),
  disordered(
    'final-continuation-before-a-message',
    'a message between final continuations of nothing fails the connection',
    '5.17',
    [continuation('fragment1'), text('fragment2', { fin: false }), continuation('fragment3')],
  ),
  {
    id: 'fragmentation/new-text-inside-a-message',
    title: 'a text frame inside an unfinished message fails the connection',
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'fragments of one message are not interleaved with fragments of another',
    against: bothRoles,
    autobahn: ['5.18'],
    rule: 'message-inside-a-message',
    steps: [first, text('fragment2')],
    expect: failed(1002),
  },
  ...[1, 7, 125].map(
    (size): Case => ({
      id: `fragmentation/ping-of-${size}-inside-a-message`,
      title: `a ping of ${inBytes(size)} between two fragments is answered at once`,
      level: 'must',
      ...rfc6455('5.4'),
      requirement: 'control frames may come between the fragments of a message and are handled',
      against: bothRoles,
      steps: [first, ping('p'.repeat(size)), last],
      expect: answered([pongOf('p'.repeat(size)), echoOf(wholes)]),
    }),
  ),
  {
    id: 'fragmentation/65536-in-fragments-of-1300',
    title: 'a message of 65,536 bytes in 51 fragments is echoed',
    level: 'must',
    ...rfc6455('5.4'),
    requirement: 'a message is the payloads of its frames, joined in order',
    against: bothRoles,
    autobahn: ['10.1.1'],
    steps: [message('text', fill('*', 65_536), { fragment: 1300 })],
    expect: answered([echoOf(text(fill('*', 65_536)))]),
  },
];
