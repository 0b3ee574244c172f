import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { failed } from '../../../format/expectation.ts';
import { bothRoles } from '../../../format/role.ts';
import {
  binary,
  close,
  continuation,
  type FrameOptions,
  type Item,
  ping,
  pong,
  text,
} from '../../../format/step.ts';

const bits = ['rsv1', 'rsv2', 'rsv3'] as const;
const begun = text('begun', { fin: false });

const alone: readonly (readonly [kind: string, what: string, (bit: FrameOptions) => Item])[] = [
  ['binary', 'a binary frame', (bit) => binary('b', bit)],
  ['ping', 'a ping', (bit) => ping('p', bit)],
  ['pong', 'a pong', (bit) => pong('p', bit)],
  ['first-fragment', 'a first fragment', (bit) => text('t', { ...bit, fin: false })],
  ['empty-text', 'an empty text frame', (bit) => text('', bit)],
];
const inside: typeof alone = [
  ['middle-fragment', 'a middle fragment', (bit) => continuation('c', { ...bit, fin: false })],
  ['last-fragment', 'a last fragment', (bit) => continuation('c', bit)],
  ['ping', 'a ping', (bit) => ping('p', bit)],
  ['pong', 'a pong', (bit) => pong('p', bit)],
  ['close', 'a Close', (bit) => close(1000, '', bit)],
];

/** Reserved bits on other frames, and inside a message. */
export const reservedBitPositions: readonly Case[] = [
  ...bits.flatMap((bit) =>
    [
      ...alone.map(([kind, what, make]) => ({ kind: `on-${kind}`, what, steps: [make] })),
      ...inside.map(([kind, what, make]) => ({
        kind: `inside-a-message-on-${kind}`,
        what: `${what} inside a message`,
        steps: [() => begun, make],
      })),
    ].map(
      ({ kind, what, steps }): Case => ({
        id: `reserved-bits/${bit}-${kind}`,
        title: `${bit.toUpperCase()} on ${what} fails the connection`,
        level: 'must',
        ...rfc6455('5.2'),
        requirement: 'a reserved bit without a meaning from an extension fails the connection',
        against: bothRoles,
        rule: 'reserved-bit',
        steps: steps.map((make) => make({ [bit]: true })),
        expect: failed(1002),
      }),
    ),
  ),
];
