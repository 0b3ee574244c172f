/**
 * What a document requires of an implementation, in our own words, and what checks it. A
 * requirement is either checked by cases or says why it is not.
 */

import type { Level } from '../../format/case.ts';
import type { Document } from '../../format/document.ts';

export type Requirement = RequirementText & (CheckedRequirement | UncheckedRequirement);

interface RequirementText {
  /** A slug, stable for ever, unique within its document: `masking/unmasked-frames-fail`. */
  readonly id: string;
  readonly document: Document;
  /** Section of the document: `5.1`. */
  readonly section: string;
  readonly level: Level;
  /** The rule, in the present tense and in our own words. */
  readonly words: string;
}

interface CheckedRequirement {
  /** Ids of cases; `*` stands for any run of characters. Each pattern matches at least one case. */
  readonly cases: readonly [string, ...string[]];
}

/** Requirements of one document, without naming it in each. */
export type RequirementIn = Omit<RequirementText, 'document'> &
  (CheckedRequirement | UncheckedRequirement);

interface UncheckedRequirement {
  /** Why no case can check it, or why none does. */
  readonly unchecked: string;
}
