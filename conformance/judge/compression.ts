/** Why compression went wrong: which promise of the handshake was not kept (RFC 7692 §7). */

import type { Conversation } from '../wire/conversation.ts';
import { Inflater, type Message } from '../wire/messages.ts';
import { placeOf } from '../wire/place.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import { windowNotKept } from './rules.ts';
import type { Violation } from './violation.ts';

/** The first message of a side that cannot be inflated, and what its sender did not keep to. */
export function findUninflatable(
  conversation: Conversation,
  side: Side,
): { readonly message: Message; readonly seen: string } | undefined {
  const { messages } = conversation[side];
  const index = messages.findIndex(({ inflateFailure }) => inflateFailure !== undefined);
  const agreed = conversation.deflate?.[side];
  if (index === -1 || !agreed) return undefined;
  const message = messages[index]!;
  const upToHere = messages.slice(0, index + 1);
  const fits = (contextTakeover: boolean, windowBits: number) =>
    inflatesWith(upToHere, contextTakeover, windowBits);
  if (!agreed.contextTakeover && fits(true, agreed.windowBits)) {
    return { message, seen: 'a context that was to be reset is used' };
  }
  if (agreed.windowBits < 15 && fits(agreed.contextTakeover, 15)) {
    return { message, seen: 'the window is larger than was agreed' };
  }
  if (fits(true, 15)) return { message, seen: 'context and window are not as agreed' };
  return { message, seen: `${message.inflateFailure}` };
}

function inflatesWith(
  messages: readonly Message[],
  contextTakeover: boolean,
  windowBits: number,
): boolean {
  const inflater = new Inflater({ contextTakeover, windowBits });
  return messages
    .filter(({ compressed }) => compressed)
    .map(({ wirePayload }) => inflater.inflate(wirePayload))
    .every(({ inflateFailure }) => inflateFailure === undefined);
}

/**
 * Whether the target went away at the first message that could only be inflated with the window of
 * the messages before it, although it was granted that window and had answered those.
 * @param answered how many of the peer's data messages the target has answered
 */
export function findForgottenWindow(
  conversation: Conversation,
  role: Side,
  answered: number,
): Violation | undefined {
  const peer = otherSide(role);
  const agreed = conversation.deflate?.[peer];
  const { messages } = conversation[peer];
  const unanswered = messages[answered];
  if (!agreed?.contextTakeover || !unanswered?.compressed) return undefined;
  if (unanswered.inflateFailure !== undefined) return undefined;
  if (!messages.slice(0, answered).some(({ compressed }) => compressed)) return undefined;
  if (inflatesWith([unanswered], false, agreed.windowBits)) return undefined;
  return {
    rule: windowNotKept,
    where: 'answers',
    expected: 'an answer to a message that refers to an earlier one',
    observed: 'none, where earlier messages and those without such a reference are answered',
    seen: 'the window was not kept',
    at: placeOf(unanswered.frames[0]!),
  };
}
