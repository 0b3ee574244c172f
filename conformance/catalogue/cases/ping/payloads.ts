import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { answered, pongOf } from '../../../format/expectation.ts';
import { fill, hex, type Payload } from '../../../format/payload.ts';
import { bothRoles } from '../../../format/role.ts';
import { inSegmentsOf, ping, pong } from '../../../format/step.ts';

const octets = hex('00 ff fe fd fc fb 00 ff');
const longest = fill(hex('fe'), 125);
const ten = Array.from({ length: 10 }, (_, index) => `payload-${index}`);

const answers: readonly (readonly [id: string, what: string, autobahn: string, Payload])[] = [
  ['empty', 'an empty ping', '2.1', ''],
  ['text', 'a ping with text', '2.2', 'Hello, world!'],
  ['octets', 'a ping with octets that are no text', '2.3', octets],
  ['125-bytes', 'a ping of 125 bytes', '2.4', longest],
];

/** That a ping is answered at all is what these cases ask: they are played also where none ever is. */
const aboutPongs = (cases: readonly Case[]): readonly Case[] =>
  cases.map((testCase) => ({ ...testCase, judges: ['pong'] }));

export const pings: readonly Case[] = aboutPongs([
  ...answers.map(
    ([id, what, autobahn, payload]): Case => ({
      id: `ping/${id}`,
      title: `${what} gets a pong with the same payload`,
      level: 'must',
      ...rfc6455('5.5.2'),
      requirement: 'a ping is answered with a pong that carries its application data',
      against: bothRoles,
      autobahn: [autobahn],
      steps: [ping(payload)],
      expect: answered([pongOf(payload)]),
    }),
  ),
  {
    id: 'ping/one-byte-at-a-time',
    title: 'a ping that arrives byte by byte gets one pong',
    level: 'must',
    ...rfc6455('5.5.2'),
    requirement: 'a ping is answered when it is complete, in any segmentation',
    against: bothRoles,
    autobahn: ['2.6'],
    steps: [inSegmentsOf(1, ping(longest))],
    expect: answered([pongOf(longest)]),
  },
  {
    id: 'ping/ten-in-a-row',
    title: 'ten pings in one segment get ten pongs in order',
    level: 'should',
    requirement: 'a pong follows as soon as is practical; only older pings may stay unanswered',
    against: bothRoles,
    ...rfc6455('5.5.3'),
    autobahn: ['2.10'],
    steps: ten.map((payload) => ping(payload)),
    expect: answered(ten.map((payload) => pongOf(payload))),
  },
  {
    id: 'ping/ten-byte-by-byte',
    title: 'ten pings that arrive byte by byte get ten pongs in order',
    level: 'should',
    requirement: 'a pong follows as soon as is practical; only older pings may stay unanswered',
    against: bothRoles,
    ...rfc6455('5.5.3'),
    autobahn: ['2.11'],
    steps: [inSegmentsOf(1, ...ten.map((payload) => ping(payload)))],
    expect: answered(ten.map((payload) => pongOf(payload))),
  },
  {
    id: 'ping/after-a-pong',
    title: 'a ping after an unsolicited pong gets its own pong',
    level: 'must',
    requirement: 'an unsolicited pong changes nothing',
    against: bothRoles,
    ...rfc6455('5.5.3'),
    autobahn: ['2.9'],
    steps: [pong('unsolicited pong payload'), ping('ping payload')],
    expect: answered([pongOf('ping payload')]),
  },
]);
