/**
 * Compares the observed events with the expected ones: all of them, in order; optional ones may be
 * missing.
 */

import type { ConversationEvent } from '../wire/conversation.ts';
import type { ExpectedEvent } from './expectation.ts';
import { equalsPayload } from './payload.ts';
import type { PongOrigin, PongOrigins } from './pong-origin.ts';

export interface ObservedEvent {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong';
  readonly payload: Uint8Array;
  /** Of a Pong. Default: `answer`. */
  readonly origin?: PongOrigin;
}

export type Match =
  /** All that must come has come; optional ones may follow. `late` came after a later message. */
  | { readonly state: 'complete'; readonly late?: ExpectedEvent }
  /** `next` has not come yet; `observed[instead]` may be a wrong answer to the same question. */
  | { readonly state: 'waiting'; readonly next: ExpectedEvent; readonly instead?: number }
  /** `observed[index]` is not what may come there. */
  | {
      readonly state: 'mismatch';
      readonly index: number;
      readonly next: ExpectedEvent | undefined;
    };

export function matchEvents(
  expected: readonly ExpectedEvent[],
  observed: readonly ObservedEvent[],
  repeatsCase?: (message: ObservedEvent) => boolean,
): Match {
  const matcher = new Matcher(expected, repeatsCase);
  for (const event of observed) matcher.take(event);
  return matcher.match;
}

/**
 * Takes events as they come, and looks at each once. Messages come in their order and pongs in
 * theirs. Between the two no document sets an order but that a pong comes as soon as is practical
 * (RFC 6455 §5.5.2): it may overtake, not be overtaken.
 */
export class Matcher {
  readonly #messages: Queue;
  readonly #controls: Queue;
  #taken = 0;
  #late: ExpectedEvent | undefined;
  readonly #repeatsCase: (message: ObservedEvent) => boolean;
  /** The first Pong that may be a wrong answer. */
  #strayPong: number | undefined;
  /** The first message that is either a wrong answer, or the target's own. */
  #strayMessage: number | undefined;
  /** How many events are among the expected ones. */
  answers = 0;
  /** How many messages answer nothing that the case has said. */
  strays = 0;
  #mismatch: Match | undefined;

  /** @param repeatsCase whether a message says what the case has said, so that it answers that */
  constructor(
    expected: readonly ExpectedEvent[],
    repeatsCase: (message: ObservedEvent) => boolean = () => true,
  ) {
    this.#repeatsCase = repeatsCase;
    this.#messages = new Queue(expected, isMessage);
    this.#controls = new Queue(expected, isControl);
  }

  /** Nothing is looked at after the first event that may not come there. */
  take(event: ObservedEvent): void {
    if (this.#mismatch) return;
    const queue = isMessage(event) ? this.#messages : this.#controls;
    const position = queue.take(event);
    if (position === undefined) {
      if (event.origin !== undefined && event.origin !== 'answer') {
        if (event.origin === 'heartbeat or wrong answer') this.#strayPong ??= this.#taken;
        this.#taken += 1;
        return;
      }
      if (isMessage(event) && !this.#repeatsCase(event)) {
        this.#strayMessage ??= this.#taken;
        this.strays += 1;
        this.#taken += 1;
        return;
      }
      this.#mismatch = { state: 'mismatch', index: this.#taken, next: queue.next?.event };
      return;
    }
    this.#taken += 1;
    this.answers += 1;
    const pong = this.#controls.next;
    if (pong && pong.position < position) this.#late ??= pong.event;
  }

  /** What the events so far amount to. */
  get match(): Match {
    if (this.#mismatch) return this.#mismatch;
    const { next: message } = this.#messages;
    const { next: pong } = this.#controls;
    const first = message && pong ? (message.position < pong.position ? message : pong) : undefined;
    const next = (first ?? message ?? pong)?.event;
    if (next) {
      const instead = next.kind === 'pong' ? this.#strayPong : this.#strayMessage;
      return { state: 'waiting', next, ...(instead !== undefined && { instead }) };
    }
    return this.#late ? { state: 'complete', late: this.#late } : { state: 'complete' };
  }
}

interface Expected {
  /** Among all expected events. */
  readonly position: number;
  readonly event: ExpectedEvent;
}

/** The expected events of one kind, consumed in order. */
class Queue {
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
export function observedEvents(
  events: readonly ConversationEvent[],
  origins: PongOrigins,
): ObservedEvent[] {
  return events.flatMap((event): ObservedEvent[] => {
    if (event.kind === 'pong') {
      return [{ kind: 'pong', payload: event.payload, origin: origins.get(event) ?? 'answer' }];
    }
    if (event.kind !== 'message') return [];
    return [{ kind: event.message.type, payload: event.message.data ?? new Uint8Array(0) }];
  });
}

function isSame(expected: ExpectedEvent, observed: ObservedEvent): boolean {
  if (expected.anyMessage && isMessage(observed)) return true;
  if (expected.kind !== observed.kind) return false;
  if (expected.anyPayload) return true;
  const { origin = 'answer' } = observed;
  const mayAnswer = origin === 'answer' || origin === 'possible answer';
  return mayAnswer && equalsPayload(expected.payload, observed.payload);
}
