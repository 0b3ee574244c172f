/**
 * Which messages of a target answer a case, and which are its own: a server may say what it wants at
 * any time, and no section forbids it. A message that repeats nothing of the case is no fault where
 * the right answers come as well.
 */
import type { Case } from './case.ts';
import type { ExpectedEvent } from './expectation.ts';
import { requestOf } from './handshake.ts';
import type { ObservedEvent } from './match.ts';
import { equalsPayload } from './payload.ts';
import { itemsOf, payloadOf } from './step.ts';
import type { TargetProfile } from './target-profile.ts';

/**
 * @param expected of the proof and the case
 * @returns whether a message is about something that the case has sent
 */
export function repeatsCase(
  { handshake, steps }: Pick<Case, 'handshake' | 'steps'>,
  expected: readonly ExpectedEvent[],
  { echo }: Pick<TargetProfile, 'echo'>,
): (message: ObservedEvent) => boolean {
  // A target may take what is in a body for frames, and echo these.
  if (echo && requestOf(handshake)?.body !== undefined) return () => true;
  return ({ payload }) =>
    expected.some((event) => equalsPayload(event.payload, payload)) ||
    itemsOf(steps).some((item) => equalsPayload(payloadOf(item), payload));
}

/** Whether the target's messages count at all: as echoes, or as answers to a message it understands. */
export const answersMessages = ({ echo, message }: TargetProfile): boolean =>
  echo || message !== undefined;
