import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { answered, closed, echoOf } from '../../format/expectation.ts';
import { hex } from '../../format/payload.ts';
import { bothRoles } from '../../format/role.ts';
import { close, continuation, pong, text } from '../../format/step.ts';

const unsolicited: readonly (readonly [id: string, what: string, autobahn: string, string])[] = [
  ['empty', 'an empty pong', '2.7', ''],
  ['text', 'a pong with text', '2.8', 'unsolicited pong payload'],
];

const pongsAlone = unsolicited.map(
  ([id, what, autobahn, payload]): Case => ({
    id: `pong/unsolicited-${id}`,
    title: `${what} that is unsolicited gets no answer`,
    level: 'must',
    ...rfc6455('5.5.3'),
    requirement: 'a pong may be unsolicited, as a heartbeat, and is not answered',
    against: bothRoles,
    autobahn: [autobahn],
    rule: 'answered-pong',
    steps: [pong(payload), close(1000)],
    expect: closed([1000, 'none']),
  }),
);

const names = (count: number) => Array.from({ length: count }, (_, nth) => `ping ${nth}`);

export const pongs: readonly Case[] = [
  ...pongsAlone,
  ...(
    [
      ['with-an-unknown-payload', [pong('never asked')]],
      ['of-125-bytes', [pong('p'.repeat(125))]],
      ['of-no-text', [pong(hex('ff fe 80 c0'))]],
      ['a-hundred', names(100).map((name) => pong(name))],
    ] as const
  ).map(
    ([id, pongs]): Case => ({
      id: `pong/unsolicited-${id}-then-a-message`,
      title: `unsolicited pongs (${id.replaceAll('-', ' ')}) are not answered`,
      level: 'must',
      ...rfc6455('5.5.3'),
      requirement: 'a pong may be unsolicited and is not answered',
      against: bothRoles,
      rule: 'answered-pong',
      steps: [...pongs, text('after')],
      expect: answered([echoOf(text('after'))]),
    }),
  ),
  {
    id: 'pong/between-two-fragments',
    title: 'a pong between two fragments does not disturb the message',
    level: 'must',
    ...rfc6455('5.5.3'),
    requirement: 'a pong may be unsolicited, even inside a message, and is not answered',
    against: bothRoles,
    rule: 'answered-pong',
    steps: [text('one ', { fin: false }), pong('unasked'), continuation('two')],
    expect: answered([echoOf(text('one two'))]),
  },
];
