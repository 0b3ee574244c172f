/** What is wrong with a conversation: the rule that was broken, and what was seen instead. */

import type { Level } from '../format/case.ts';
import { type Rule, sectionOf } from '../format/rule.ts';
import type { Place } from '../wire/place.ts';

/** The part of a conversation in which a rule was broken. */
export type Where = 'handshake' | 'frames' | 'answers' | 'ending' | 'program';

export interface Violation {
  readonly rule: Rule;
  readonly where: Where;
  /** What was expected there; default: what the case expects. */
  readonly expected?: string;
  readonly observed: string;
  /** `observed` without the values that differ from case to case; default: `observed`. */
  readonly seen?: string;
  readonly at?: Place | undefined;
}

/** Why a rule counts as broken. Results with equal causes have one story, whatever their cases. */
export interface Cause {
  readonly rule: string;
  readonly level: Level;
  readonly document: string;
  readonly section: string;
  readonly requirement: string;
  readonly where: Where;
  readonly seen: string;
}

export function causeOf({ rule, where, observed, seen = observed }: Violation): Cause {
  const { name, level, document, section, requirement } = rule;
  return { rule: name, level, document, section, requirement, where, seen };
}

/** What results of one cause have in common. */
export function causeKey(cause: Cause): string {
  return [cause.rule, sectionOf(cause), cause.where, cause.seen].join('\n');
}
