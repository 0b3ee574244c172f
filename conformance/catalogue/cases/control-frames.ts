import type { Case } from '../../format/case.ts';
import { rfc6455 } from '../../format/document.ts';
import { failed } from '../../format/expectation.ts';
import { fill, hex } from '../../format/payload.ts';
import { bothRoles } from '../../format/role.ts';
import { close, continuation, ping, pong } from '../../format/step.ts';

const kinds = [
  { name: 'ping', make: ping, long: '2.5', fragmented: '5.1' },
  { name: 'pong', make: pong, long: undefined, fragmented: '5.2' },
] as const;

export const controlFrames: readonly Case[] = [
  ...kinds.flatMap(({ name, make, long, fragmented }): Case[] => [
    {
      id: `control-frames/${name}-of-126`,
      title: `a ${name} of 126 bytes fails the connection`,
      level: 'must',
      ...rfc6455('5.5'),
      requirement: 'a control frame has at most 125 bytes of payload',
      against: bothRoles,
      ...(long && { autobahn: [long] }),
      rule: 'control-frame-too-long',
      steps: [make(fill(hex('fe'), 126))],
      expect: failed(1002),
    },
    {
      id: `control-frames/fragmented-${name}`,
      title: `a ${name} without FIN fails the connection`,
      level: 'must',
      ...rfc6455('5.5'),
      requirement: 'a control frame is never fragmented',
      against: bothRoles,
      autobahn: [fragmented],
      rule: 'control-frame-fragmented',
      steps: [make('fragment1', { fin: false }), continuation('fragment2')],
      expect: failed(1002),
    },
  ]),
  {
    id: 'control-frames/close-of-126',
    title: 'a Close of 126 bytes fails the connection',
    level: 'must',
    ...rfc6455('5.5'),
    requirement: 'a control frame has at most 125 bytes of payload',
    against: bothRoles,
    autobahn: ['7.3.6'],
    rule: 'control-frame-too-long',
    steps: [close(1000, '*'.repeat(124))],
    expect: failed(1002),
  },
  {
    id: 'control-frames/fragmented-close',
    title: 'a Close without FIN fails the connection',
    level: 'must',
    ...rfc6455('5.5'),
    requirement: 'a control frame is never fragmented',
    against: bothRoles,
    rule: 'control-frame-fragmented',
    steps: [close(1000, '', { fin: false })],
    expect: failed(1002),
  },
];
