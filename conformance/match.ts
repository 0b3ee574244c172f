/** Compares what came back with what is expected: in order, the whole list, optional ones aside. */
import type { ExpectedEvent } from './case.ts';
import type { ConversationEvent } from './conversation.ts';
import { bytesOf } from './payload.ts';

export interface ObservedEvent {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong';
  readonly payload: Uint8Array;
}

export type Match =
  /** All that must come has come; optional ones may follow. */
  | { readonly state: 'complete' }
  /** `next` has not come yet. */
  | { readonly state: 'waiting'; readonly next: ExpectedEvent }
  /** `observed[index]` is not what may come there. */
  | {
      readonly state: 'mismatch';
      readonly index: number;
      readonly next: ExpectedEvent | undefined;
    };

export function matchEvents(
  expected: readonly ExpectedEvent[],
  observed: readonly ObservedEvent[],
): Match {
  let position = 0;
  for (const [index, event] of observed.entries()) {
    while (expected[position]?.optional && !isSame(expected[position]!, event)) position += 1;
    const next = expected[position];
    if (!next || !isSame(next, event)) return { state: 'mismatch', index, next };
    position += 1;
  }
  const next = expected.slice(position).find((event) => !event.optional);
  return next ? { state: 'waiting', next } : { state: 'complete' };
}

/**
 * What of a target's events has to match: messages and Pongs. A Ping may come at any time (§5.5.2)
 * and asks nothing of the case; a message that cannot be inflated counts as an empty one.
 */
export function observedEvents(events: readonly ConversationEvent[]): ObservedEvent[] {
  return events.flatMap((event): ObservedEvent[] => {
    if (event.kind === 'pong') return [{ kind: 'pong', payload: event.payload }];
    if (event.kind !== 'message') return [];
    return [{ kind: event.message.type, payload: event.message.data ?? new Uint8Array(0) }];
  });
}

function isSame(expected: ExpectedEvent, observed: ObservedEvent): boolean {
  return (
    expected.kind === observed.kind &&
    Buffer.from(observed.payload).equals(bytesOf(expected.payload))
  );
}
