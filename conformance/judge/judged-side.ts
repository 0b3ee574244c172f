/** The end of a connection that is judged, and which of its events belong to the case. */
import type { Case } from '../format/case.ts';
import { requestOf } from '../format/handshake.ts';
import { owedPongs } from '../format/pong-origin.ts';
import { initsBefore, type TargetProfile } from '../format/target-profile.ts';
import type { Conversation, ConversationEvent } from '../wire/conversation.ts';
import type { ObservedFrame } from '../wire/messages.ts';
import { otherSide, type Side } from '../wire/timeline.ts';

/** The end of the connection that is judged. */
export interface JudgedSide extends TargetProfile {
  readonly role: Side;
  /** Names of headers that the user has sent with every handshake. */
  readonly headers?: readonly string[];
}

/** The peer's frames after its first messages; the pongs that it owed are not among them. */
function framesAfterInits(
  testCase: Case,
  conversation: Conversation,
  side: JudgedSide,
): readonly ObservedFrame[] {
  const owed = owedPongs(conversation, side.role);
  return conversation[otherSide(side.role)].frames
    .filter((frame) => !owed.has(frame))
    .slice(initsBefore(testCase, side));
}

/**
 * What the target has shown since the case began: its greeting, and its answers to first messages,
 * came before. A case whose frames leave together with the handshake, or whose request has a body
 * that may be taken for frames, begins with that.
 */
export function eventsOfCase(
  testCase: Case,
  conversation: Conversation,
  side: JudgedSide,
): readonly ConversationEvent[] {
  const ofTarget = (event: ConversationEvent) => 'from' in event && event.from === side.role;
  const { events } = conversation;
  const { handshake } = testCase;
  const hasBody = requestOf(handshake)?.body !== undefined && initsBefore(testCase, side) === 0;
  const beginsWithRequest = handshake?.coalesced || (hasBody && side.echo);
  if (side.role === 'client' || beginsWithRequest) return events.filter(ofTarget);
  const [first] = framesAfterInits(testCase, conversation, side);
  const begin = events.findIndex((event) => event.kind === 'frame' && event.frame === first);
  // Octets that make no whole frame are the case's, too.
  return events.slice(Math.max(0, begin)).filter(ofTarget);
}
