/** Judges a target that sent without end, and was cut off: only by what it sent before. */
import type { Case } from '../format/case.ts';
import { traitsOf } from '../format/ending.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { Side } from '../wire/timeline.ts';
import type { Violation } from './violation.ts';

/**
 * No section limits how much may be sent (RFC 6455 §5.5.2: pings may come at any time). So a target
 * that the peer stopped reading has broken a rule only where its own bytes show it; that something
 * did not come shows nothing.
 * @returns why there is no verdict; undefined where there can be one
 */
export function findOverflow(
  { expect }: Case,
  conversation: Conversation,
  role: Side,
  violation: Violation | undefined,
): string | undefined {
  const { ending, head, messages } = conversation[role];
  if (ending.how !== 'overflow') return undefined;
  // What the last message inflates to may be the very thing that was too much.
  const last = messages.at(-1);
  const known = last?.compressed ? last.frames[0]!.offset : Number.POSITIVE_INFINITY;
  if (violation?.at?.from === role && violation.at.offset < known) return undefined;
  const isRefused = role === 'server' && head !== undefined && !conversation.accepted;
  const mayRefuse = traitsOf(expect.ending).handshake === 'refused' || expect.orRefused;
  if (!violation && isRefused && mayRefuse) return undefined;
  return `not judged: the ${role} sent more than ${ending.limit} that nothing asked for`;
}
