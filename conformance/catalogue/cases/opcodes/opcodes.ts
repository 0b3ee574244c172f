import type { Case } from '../../../format/case.ts';
import { rfc6455 } from '../../../format/document.ts';
import { echoOf, failed, optional } from '../../../format/expectation.ts';
import { bothRoles } from '../../../format/role.ts';
import { frame, inSegmentsOf, ping, text } from '../../../format/step.ts';

const hello = text('Hello, world!');

interface Reserved {
  readonly opcode: number;
  readonly kind: 'data' | 'control';
  readonly autobahn: string;
}

const reserved: readonly Reserved[] = [3, 4, 5, 6, 7].flatMap((opcode, index): Reserved[] => [
  { opcode, kind: 'data', autobahn: `4.1.${index + 1}` },
  { opcode: opcode + 8, kind: 'control', autobahn: `4.2.${index + 1}` },
]);

export const reservedOpcodes: readonly Case[] = reserved.map(({ opcode, kind, autobahn }): Case => {
  const low = opcode & 7;
  const bad = frame(opcode, [3, 5].includes(low) ? '' : 'reserved opcode payload');
  const behindAMessage = [hello, bad, ping()] as const;
  return {
    id: `opcodes/reserved-${opcode}`,
    title: `the reserved ${kind} opcode ${opcode} fails the connection`,
    level: 'must',
    ...rfc6455('5.2'),
    requirement: 'a frame with an unknown opcode fails the connection',
    against: bothRoles,
    autobahn: [autobahn],
    rule: 'reserved-opcode',
    steps: low < 5 ? [bad] : low < 7 ? behindAMessage : [inSegmentsOf(1, ...behindAMessage)],
    // Whether what came before still gets its echo is not said; nothing after it does.
    expect: failed(1002, low < 5 ? {} : { events: [optional(echoOf(hello))] }),
  };
});
