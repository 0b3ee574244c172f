/** How much of one relayed connection is recorded, by both sides together. */
import type { ConversationEvent } from '../wire/conversation.ts';
import type { RecordBudget } from './recording.ts';

/** How much of one connection is recorded, of both sides together. */
export interface RecordLimit {
  readonly octets: number;
  readonly frames: number;
}

/** What is recorded of one connection unless something else is asked for. */
export const defaultLimit: RecordLimit = { octets: 128 * 1024 * 1024, frames: 250_000 };

export function budgetOf({ octets, frames }: RecordLimit): RecordBudget {
  let octetsLeft = octets;
  let framesLeft = frames;
  return {
    // No frame is shorter than two octets (RFC 6455 §5.2).
    get mostAtOnce() {
      return 2 * (framesLeft + 1);
    },
    spend(read: number, events: readonly ConversationEvent[]) {
      octetsLeft -= read;
      framesLeft -= events.filter(({ kind }) => kind === 'frame').length;
      if (octetsLeft < 0) return `${octets.toLocaleString('en')} bytes`;
      return framesLeft < 0 ? `${frames.toLocaleString('en')} frames` : undefined;
    },
  };
}
