/**
 * A target whose user gives a header, such as a login or a subprotocol, wants it in each handshake. A
 * case that decides about that header itself may therefore be refused, which is no fault.
 */
import type { Case } from '../format/case.ts';
import { traitsOf } from '../format/ending.ts';
import { replacedHeaders, requestOf } from '../format/handshake.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { JudgedSide } from './judged-side.ts';
import { describeEnding, describeHead } from './sentences.ts';

/** Those of the user's headers that the case has in another form, or leaves out, in words. */
export function givenHeadersLeftOut(
  { handshake }: Case,
  { role, headers = [] }: JudgedSide,
): string | undefined {
  const replaced = role === 'server' ? replacedHeaders(requestOf(handshake), headers) : [];
  if (replaced.length === 0) return undefined;
  return `without the ${replaced.join(' and ')} that the options give`;
}

/** @returns what was seen; undefined if the target did not refuse, or has no reason to */
export function findRefusedWithout(
  testCase: Case,
  conversation: Conversation,
  side: JudgedSide,
): string | undefined {
  const { ending, orRefused } = testCase.expect;
  const without = givenHeadersLeftOut(testCase, side);
  if (without === undefined || traitsOf(ending).handshake === 'refused') return undefined;
  // A case that allows a refusal judges the response; a target that gives none refuses as it always does.
  if (orRefused && (conversation.accepted || conversation.server.head)) return undefined;
  const refusal = conversation.accepted
    ? leavesAtOnce(conversation) && describeEnding(conversation, side.role)
    : isRefused(conversation) && describeHead(conversation);
  return refusal ? `${refusal}: refused ${without}` : undefined;
}

/** By an error status (RFC 9110 §15.5, §15.6), or without a response: dropped, or left waiting. */
function isRefused({ server: { head, ending } }: Conversation): boolean {
  const line = head?.startLine;
  if (line?.kind !== 'response') return ending.how !== 'open' && ending.how !== 'overflow';
  // 500 is a fault of the server, whatever it was asked.
  return line.status !== undefined && line.status >= 400 && line.status !== 500;
}

/** By a 101, and a Close or the end of TCP before anything but the handshake was sent to it. */
function leavesAtOnce({ events, server: { ending } }: Conversation): boolean {
  const first = events.find(
    (event) => event.kind === 'close' || (event.kind === 'frame' && event.from === 'client'),
  );
  if (first) return first.kind === 'close' && first.from === 'server';
  return ending.how === 'fin' || ending.how === 'rst';
}
