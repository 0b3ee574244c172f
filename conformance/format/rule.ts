/** A rule that a verdict can speak of: its name, its weight, and where a document states it. */
import type { Case, Level } from './case.ts';
import type { Document } from './document.ts';

export interface Rule {
  /** The stable name of the violation. */
  readonly name: string;
  /** The keyword of the sentence that states the rule. */
  readonly level: Level;
  readonly document: Document;
  readonly section: string;
  /** The rule in the present tense. */
  readonly requirement: string;
}

/** The rule that a case is about, under the name of what was seen instead of keeping it. */
export function caseRule(testCase: Case, name = ruleOf(testCase)): Rule {
  const { level, document, section, requirement } = testCase;
  return { name, level, document, section, requirement };
}

export function ruleOf(testCase: Pick<Case, 'id' | 'rule'>): string {
  return testCase.rule ?? testCase.id.slice(testCase.id.indexOf('/') + 1);
}

export const sectionOf = ({ document, section }: { document: string; section: string }) =>
  `${document} §${section}`;
