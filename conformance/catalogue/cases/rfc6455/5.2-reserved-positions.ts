import type { CaseInSection, Section } from '../../../format/case.ts';
import { failed } from '../../../format/expectation.ts';
import { bothRoles } from '../../../format/role.ts';
import {
  binary,
  close,
  continuation,
  type FrameOptions,
  frame,
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

const reservedOpcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];
const opcodeRule = {
  level: 'must',
  requirement: 'a frame with an unknown opcode fails the connection',
  against: bothRoles,
  rule: 'reserved-opcode',
} as const;

/** Reserved bits and opcodes where the plain sections do not put them. */
export const reservedPositions: Section = {
  document: 'RFC 6455',
  at: '5.2',
  title: 'Reserved bits and opcodes in every position',
  cases: [
    ...bits.flatMap((bit) =>
      [
        ...alone.map(([kind, what, make]) => ({ kind: `on-${kind}`, what, steps: [make] })),
        ...inside.map(([kind, what, make]) => ({
          kind: `inside-a-message-on-${kind}`,
          what: `${what} inside a message`,
          steps: [() => begun, make],
        })),
      ].map(
        ({ kind, what, steps }): CaseInSection => ({
          id: `reserved-bits/${bit}-${kind}`,
          title: `${bit.toUpperCase()} on ${what} fails the connection`,
          level: 'must',
          requirement: 'a reserved bit that no extension has given a meaning fails the connection',
          against: bothRoles,
          rule: 'reserved-bit',
          steps: steps.map((make) => make({ [bit]: true })),
          expect: failed(1002),
        }),
      ),
    ),
    ...reservedOpcodes.flatMap((opcode): CaseInSection[] => [
      {
        ...opcodeRule,
        id: `opcodes/reserved-${opcode}-inside-a-message`,
        title: `the reserved opcode ${opcode} inside a message fails the connection`,
        steps: [begun, frame(opcode, 'reserved')],
        expect: failed(1002),
      },
      {
        ...opcodeRule,
        id: `opcodes/unfinished-${opcode}`,
        title: `the reserved opcode ${opcode} without FIN fails the connection`,
        steps: [frame(opcode, 'reserved', { fin: false })],
        expect: failed(1002),
      },
    ]),
  ],
};
