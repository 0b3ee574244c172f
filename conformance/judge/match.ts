/** Compares what came back with what is expected: in order, the whole list, optional ones aside. */
import type { ExpectedEvent } from '../case.ts';
import { bytesOf } from '../payload.ts';
import type { ConversationEvent } from '../wire/conversation.ts';

export interface ObservedEvent {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong';
  readonly payload: Uint8Array;
}

export type Match =
  /** All that must come has come; optional ones may follow. `late` came behind a later message. */
  | { readonly state: 'complete'; readonly late?: ExpectedEvent }
  /** `next` has not come yet. */
  | { readonly state: 'waiting'; readonly next: ExpectedEvent }
  /** `observed[index]` is not what may come there. */
  | {
      readonly state: 'mismatch';
      readonly index: number;
      readonly next: ExpectedEvent | undefined;
    };

/**
 * Messages come in their order and pongs in theirs. Between the two no document sets an order but
 * that a pong comes as soon as is practical (RFC 6455 §5.5.2): it may overtake, not be overtaken.
 */
export function matchEvents(
  expected: readonly ExpectedEvent[],
  observed: readonly ObservedEvent[],
): Match {
  const lanes = { message: new Lane(expected, isMessage), control: new Lane(expected, isControl) };
  let late: ExpectedEvent | undefined;
  for (const [index, event] of observed.entries()) {
    const lane = isMessage(event) ? lanes.message : lanes.control;
    const position = lane.take(event);
    if (position === undefined) return { state: 'mismatch', index, next: lane.next?.event };
    const pong = lanes.control.next;
    if (pong && pong.position < position) late ??= pong.event;
  }
  const { next: message } = lanes.message;
  const { next: pong } = lanes.control;
  const first = message && pong ? (message.position < pong.position ? message : pong) : undefined;
  const next = (first ?? message ?? pong)?.event;
  if (next) return { state: 'waiting', next };
  return late ? { state: 'complete', late } : { state: 'complete' };
}

interface Expected {
  /** Among all expected events. */
  readonly position: number;
  readonly event: ExpectedEvent;
}

/** The expected events of one kind, consumed in order. */
class Lane {
  readonly #events: readonly Expected[];
  #consumed = 0;

  constructor(expected: readonly ExpectedEvent[], belongs: (event: ExpectedEvent) => boolean) {
    this.#events = expected.flatMap((event, position) =>
      belongs(event) ? [{ position, event }] : [],
    );
  }

  /** What still has to come first. */
  get next(): Expected | undefined {
    let index = this.#consumed;
    while (this.#events[index]?.event.optional) index += 1;
    return this.#events[index];
  }

  /** @returns the position of the event that this is, or undefined where it may not come here */
  take(observed: ObservedEvent): number | undefined {
    for (let index = this.#consumed; index < this.#events.length; index += 1) {
      const { event, position } = this.#events[index]!;
      if (isSame(event, observed)) {
        this.#consumed = index + 1;
        return position;
      }
      if (!event.optional) return undefined;
    }
    return undefined;
  }
}

export const isMessage = ({ kind }: { readonly kind: ExpectedEvent['kind'] }) =>
  kind === 'text' || kind === 'binary';
const isControl = (event: ExpectedEvent) => !isMessage(event);

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

export function isSame(expected: ExpectedEvent, observed: ObservedEvent): boolean {
  return (
    expected.kind === observed.kind &&
    Buffer.compare(observed.payload, bytesOf(expected.payload)) === 0
  );
}
