import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { answered, closed, echoOf, failed, observed } from '../../format/expectation.ts';
import { fill, hex } from '../../format/payload.ts';
import { bothRoles } from '../../format/role.ts';
import { close, continuation, ping, text } from '../../format/step.ts';

const hello = text('Hello World!');
const large = text(fill('BAsd7&jh23', 262_144));
const badReason = hex('cebae1bdb9cf83cebcceb5 eda080 656469746564');

const behindTheClose = (
  id: string,
  title: string,
  autobahn: string,
  steps: Case['steps'],
): Case => ({
  id: `close/${id}`,
  title,
  level: 'must',
  ...rfc6455('5.5.1'),
  requirement: 'frames after a Close are not answered',
  against: bothRoles,
  autobahn: [autobahn],
  rule: 'answer-after-close',
  steps,
  expect: closed([1000, 'none']),
});

const bodies: readonly (readonly [id: string, what: string, autobahn: string, Case['steps']])[] = [
  ['empty', 'without a body', '7.3.1', [close()]],
  ['code', 'with a code', '7.3.3', [close(1000)]],
  ['reason', 'with a code and a reason', '7.3.4', [close(1000, 'Hello World!')]],
  ['longest-reason', 'with a reason of 123 bytes', '7.3.5', [close(1000, '*'.repeat(123))]],
];

export const closeFrames: readonly Case[] = [
  {
    id: 'close/after-an-echo',
    title: 'a Close after an echo is answered, and TCP ends',
    level: 'must',
    ...rfc6455('5.5.1'),
    requirement: 'a Close frame is answered with a Close frame, and the server then closes TCP',
    against: bothRoles,
    autobahn: ['7.1.1'],
    steps: [hello],
    expect: answered([echoOf(hello)]),
  },
  behindTheClose('second-close', 'a second Close gets no second answer', '7.1.2', [
    close(1000),
    close(),
  ]),
  behindTheClose('ping-after-close', 'a ping after a Close gets no pong', '7.1.3', [
    close(1000),
    ping(),
  ]),
  behindTheClose('text-after-close', 'a message after a Close gets no echo', '7.1.4', [
    close(1000),
    hello,
  ]),
  behindTheClose('inside-a-message', 'a Close between two fragments ends it all', '7.1.5', [
    text('fragment1', { fin: false }),
    close(1000),
    continuation('fragment2'),
  ]),
  {
    id: 'close/after-a-large-message',
    title: 'a Close right after a message of 256 KiB and a small one',
    level: 'may',
    ...rfc6455('5.5.1'),
    requirement: "whether the messages are answered before the Close is the endpoint's choice",
    against: bothRoles,
    autobahn: ['7.1.6'],
    steps: [large, hello, close(1000), ping()],
    expect: observed(),
  },
  ...bodies.map(
    ([id, what, autobahn, steps]): Case => ({
      id: `close/${id}`,
      title: `a Close ${what} is answered, and TCP ends`,
      level: 'must',
      ...rfc6455('5.5.1'),
      requirement: 'a Close frame is answered with a Close frame, and the server then closes TCP',
      against: bothRoles,
      autobahn: [autobahn],
      steps,
      expect: closed([1000, 'none']),
    }),
  ),
  {
    id: 'close/body-of-one-byte',
    title: 'a Close with a body of one byte fails the connection',
    // The MUST of §5.5.1 is the sender's.
    level: 'should',
    ...rfc6455('10.7'),
    requirement: 'a body of one byte holds no code; invalid data is answered by a fitting code',
    against: bothRoles,
    autobahn: ['7.3.2'],
    steps: [{ ...close(), payload: 'a' }],
    expect: failed(1002),
  },
  {
    id: 'close/reason-not-utf8',
    title: 'a Close with a reason that is not UTF-8 fails the connection',
    level: 'must',
    ...rfc6455('8.1'),
    requirement: 'the reason of a Close is UTF-8, and text that is not fails the connection',
    against: bothRoles,
    autobahn: ['7.5.1'],
    rule: 'invalid-utf8',
    steps: [close(1000, badReason)],
    expect: failed([1007, 1002]),
  },
];
