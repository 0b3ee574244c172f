/** A message in the language of the target's application, as the user gives it. */
import { isUtf8 } from 'node:buffer';
import type { Payload } from './payload.ts';
import { binary, type FrameItem, text } from './step.ts';
import { isAnswered, type MessageReactions, type Unasked } from './target-behaviour.ts';

/** A message that the application of the target understands. */
export interface ApplicationMessage {
  readonly type: 'text' | 'binary';
  readonly payload: Uint8Array;
}

/**
 * A message for `inits` and `message` of a run.
 * @param type - default: `text` if the octets are UTF-8 (RFC 6455 §5.6), otherwise `binary`
 */
export function applicationMessage(
  octets: Uint8Array,
  type: ApplicationMessage['type'] = isUtf8(octets) ? 'text' : 'binary',
): ApplicationMessage {
  return { type, payload: octets };
}

/** The message as one frame. */
export const frameOf = ({ type, payload }: { type: string; payload: Payload }): FrameItem =>
  type === 'text' ? text(payload) : binary(payload);

interface AnswersToMessage {
  readonly message?: MessageReactions | undefined;
  readonly unasked: Pick<Unasked, 'pushInterval'>;
}

/**
 * The message in the type in which the target answers it with a message.
 * @returns undefined if nothing tells an answer from what the target sends by itself
 */
export function answeredForm(
  message: ApplicationMessage,
  { message: reactions, unasked }: AnswersToMessage,
): ApplicationMessage | undefined {
  if (!reactions || unasked.pushInterval !== undefined) return undefined;
  const other = message.type === 'text' ? 'binary' : 'text';
  const type = ([message.type, other] as const).find((each) => isAnswered(reactions[each]));
  return type && { ...message, type };
}
