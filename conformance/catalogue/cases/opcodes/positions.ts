import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { failed } from '../../../format/expectation.ts';
import { bothRoles } from '../../../format/role.ts';
import { frame, text } from '../../../format/step.ts';

const begun = text('begun', { fin: false });

const reservedOpcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];
const opcodeRule = {
  level: 'must',
  requirement: 'a frame with an unknown opcode fails the connection',
  against: bothRoles,
  rule: 'reserved-opcode',
} as const;

/** Reserved opcodes inside a message, and without FIN. */
export const reservedOpcodePositions: readonly Case[] = [
  ...reservedOpcodes.flatMap((opcode): Case[] => [
    {
      ...opcodeRule,
      id: `opcodes/reserved-${opcode}-inside-a-message`,
      title: `the reserved opcode ${opcode} inside a message fails the connection`,
      ...rfc6455('5.2'),
      steps: [begun, frame(opcode, 'reserved')],
      expect: failed(1002),
    },
    {
      ...opcodeRule,
      id: `opcodes/unfinished-${opcode}`,
      title: `the reserved opcode ${opcode} without FIN fails the connection`,
      ...rfc6455('5.2'),
      steps: [frame(opcode, 'reserved', { fin: false })],
      expect: failed(1002),
    },
  ]),
];
