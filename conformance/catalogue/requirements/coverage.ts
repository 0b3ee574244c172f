/** Which requirements the cases check: per section, and what stays unchecked for which reason. */
import type { Document } from '../../format/document.ts';
import { matchesPattern } from '../../format/id-pattern.ts';
import type { Requirement } from './requirement.ts';

export interface CoveredRequirement {
  readonly requirement: Requirement;
  /** Ids of the cases that check it; empty where it says why there are none. */
  readonly cases: readonly string[];
}

export interface CoveredSection {
  readonly document: Document;
  readonly section: string;
  readonly requirements: readonly CoveredRequirement[];
}

/** In the order of the requirements. */
export function coverageOf(
  requirements: readonly Requirement[],
  ids: readonly string[],
): readonly CoveredSection[] {
  const sections = new Map<string, CoveredSection & { requirements: CoveredRequirement[] }>();
  for (const requirement of requirements) {
    const { document, section } = requirement;
    const key = `${document} ${section}`;
    const covered = sections.get(key) ?? { document, section, requirements: [] };
    sections.set(key, covered);
    covered.requirements.push({ requirement, cases: casesOf(requirement, ids) });
  }
  return [...sections.values()];
}

/** Patterns that match no case: such a requirement claims what nothing checks. */
export function emptyClaims(requirement: Requirement, ids: readonly string[]): readonly string[] {
  if (!('cases' in requirement)) return [];
  return requirement.cases.filter((pattern) => !ids.some((id) => matchesPattern(pattern, id)));
}

function casesOf(requirement: Requirement, ids: readonly string[]): readonly string[] {
  if (!('cases' in requirement)) return [];
  const { cases } = requirement;
  return ids.filter((id) => cases.some((pattern) => matchesPattern(pattern, id)));
}
