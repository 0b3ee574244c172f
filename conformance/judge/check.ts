/** What a check of a conversation is: one rule, and how to find where it is broken. */
import type { Document } from '../document.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { ObservedFrame } from '../wire/messages.ts';
import type { Side } from '../wire/timeline.ts';

/** Where in a side's stream the reason for a verdict stands. */
export interface Place {
  readonly from: Side;
  readonly offset: number;
  readonly length: number;
}

export interface Finding {
  /** What was seen instead, in words. */
  readonly observed: string;
  readonly at?: Place;
}

export interface Check {
  /** The stable name of the violation. */
  readonly rule: string;
  readonly document: Document;
  readonly section: string;
  /** What must be so, in the present tense. */
  readonly expected: string;
  /** @returns undefined where all is well */
  find(conversation: Conversation, target: Side): Finding | undefined;
}

export function placeOf(frame: ObservedFrame): Place {
  return {
    from: frame.from,
    offset: frame.offset,
    length: frame.headerLength + frame.payload.length,
  };
}
