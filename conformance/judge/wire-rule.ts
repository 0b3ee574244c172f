/** A rule about the wire, and how to find where a conversation breaks it. */
import type { Case, Level } from '../format/case.ts';
import type { Document } from '../format/document.ts';
import type { Rule } from '../format/rule.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { Place } from '../wire/place.ts';
import type { Side } from '../wire/timeline.ts';

export interface Finding {
  /** What was observed instead, in words. */
  readonly observed: string;
  /** `observed` without the values that differ from conversation to conversation. */
  readonly seen?: string;
  readonly at?: Place;
}

export interface WireRule {
  /** The stable name of the violation. */
  readonly rule: string;
  readonly document: Document;
  readonly section: string;
  /** Default: `must`, or the level of the case if the case states the check. */
  readonly level?: Level;
  /** The rule in the present tense; default: the requirement of the case. */
  readonly requirement?: string;
  /** What must be so, in the present tense. */
  readonly expected: string;
  /** @returns undefined if the rule is kept */
  find(conversation: Conversation, target: Side): Finding | undefined;
}

/**
 * The rule as a violation names it. A check that a case states has the level of its case, and its
 * requirement unless it has one itself.
 */
export function ruleNamedBy(wireRule: WireRule, testCase: Case, isOfCase: boolean): Rule {
  const { rule: name, document, section, requirement, expected } = wireRule;
  const level = wireRule.level ?? (isOfCase ? testCase.level : 'must');
  if (isOfCase && requirement === undefined) {
    const { document, section, requirement } = testCase;
    return { name, level, document, section, requirement };
  }
  return { name, level, document, section, requirement: requirement ?? expected };
}
