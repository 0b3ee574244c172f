/**
 * A target that ends every connection wrongly would break a rule in every case that ends with a
 * closing handshake. The cases about closing report it; of the others it is only noted.
 */
import type { Case } from '../format/case.ts';
import { matchesPattern } from '../format/id-pattern.ts';
import { itemsOf } from '../format/step.ts';
import type { TargetBehaviour } from '../format/target-behaviour.ts';
import type { Conversation } from '../wire/conversation.ts';
import { opcodes } from '../wire/wire.ts';
import type { JudgedSide } from './judged-side.ts';
import { noCloseFrame, tcpLeftOpenByServer, wrongCodeInAnswer } from './rules.ts';
import { describeEnding } from './sentences.ts';
import type { Violation } from './violation.ts';

/** @returns what was seen, if the violation is how the target answers every Close */
export function findSharedEnding(
  testCase: Case,
  conversation: Conversation,
  { behaviour, role }: JudgedSide,
  { rule, where }: Violation,
): string | undefined {
  if (!behaviour || where !== 'ending' || isAboutClosing(testCase)) return undefined;
  const { code } = conversation[role].close ?? {};
  const isShared = sharedBy[rule.name]?.(behaviour, code) ?? false;
  if (!isShared) return undefined;
  return `${describeEnding(conversation, role)}: as after every Close, which the cases about closing judge`;
}

const sharedBy: Readonly<
  Record<string, (behaviour: TargetBehaviour, code: number | undefined) => boolean>
> = {
  [noCloseFrame.name]: ({ reactions: { close } }) =>
    close.kind === 'drop' || close.kind === 'silence',
  [wrongCodeInAnswer.name]: ({ reactions: { close } }, code) =>
    close.kind === 'close' && close.code === code,
  [tcpLeftOpenByServer.name]: ({ leavesTcpOpen }) => leavesTcpOpen === true,
};

export const topicsAboutClosing = ['close/*', 'close-code/*', 'close-reason/*', 'closing/*'];

/** A case of these topics, or one that sends a Close itself. */
function isAboutClosing({ id, steps }: Case): boolean {
  const sendsClose = itemsOf(steps).some(
    (item) => item.kind === 'frame' && item.opcode === opcodes.close,
  );
  return sendsClose || topicsAboutClosing.some((pattern) => matchesPattern(pattern, id));
}
