/** What a check of a conversation is: one rule, and how to find where it is broken. */

import type { Rule } from '../judge/rule.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { HeaderField, HttpHead } from '../wire/http-head.ts';
import type { ObservedFrame } from '../wire/messages.ts';
import type { Side } from '../wire/timeline.ts';
import type { Case, Level } from './case.ts';
import type { Document } from './document.ts';

/** Where in a side's stream the reason for a verdict stands. */
export interface Place {
  readonly from: Side;
  readonly offset: number;
  readonly length: number;
}

export interface Finding {
  /** What was seen instead, in words. */
  readonly observed: string;
  /** The same without the values that differ from conversation to conversation. */
  readonly seen?: string;
  readonly at?: Place;
}

export interface Check {
  /** The stable name of the violation. */
  readonly rule: string;
  readonly document: Document;
  readonly section: string;
  /** Default: `must`, or that of the case where a case has the check. */
  readonly level?: Level;
  /** The rule in the present tense; default: that of the case. */
  readonly requirement?: string;
  /** What must be so, in the present tense. */
  readonly expected: string;
  /** @returns undefined where all is well */
  find(conversation: Conversation, target: Side): Finding | undefined;
}

/**
 * The rule that a check stands for. A case's own check weighs as much as its case, and one that
 * states no requirement stands for the case's.
 */
export function ruleOfCheck(check: Check, testCase: Case, isOfCase: boolean): Rule {
  const { rule: name, document, section, requirement, expected } = check;
  const level = check.level ?? (isOfCase ? testCase.level : 'must');
  if (isOfCase && requirement === undefined) {
    const { document, section, requirement } = testCase;
    return { name, level, document, section, requirement };
  }
  return { name, level, document, section, requirement: requirement ?? expected };
}

export function placeOf(frame: ObservedFrame): Place {
  return {
    from: frame.from,
    offset: frame.offset,
    length: frame.headerLength + frame.payload.length,
  };
}

export function placeOfHead({ offset, length }: HttpHead, from: Side): Place {
  return { from, offset, length };
}

/** The last header of that name, or the last one that is bad; the whole head where there is none. */
export function placeOfHeader(
  head: HttpHead,
  from: Side,
  name: string,
  isBad: (field: HeaderField) => boolean = () => true,
): Place {
  const wanted = name.toLowerCase();
  const fields = head.headers.filter((field) => field.name.toLowerCase() === wanted);
  const field = fields.findLast(isBad) ?? fields.at(-1);
  if (!field) return placeOfHead(head, from);
  return { from, offset: field.offset, length: field.length };
}
