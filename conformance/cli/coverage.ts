/** `framewright list --coverage`: the requirements for a server, and the cases that check them. */
import { catalogue, catalogueVersion } from '../catalogue/catalogue.ts';
import { requirements } from '../catalogue/requirements/all.ts';
import {
  type CoveredRequirement,
  type CoveredSection,
  coverageOf,
} from '../catalogue/requirements/coverage.ts';
import { sectionLink } from '../report/section-link.ts';

export function coverageAsText(): string {
  const covered = coverageOf(requirements, idsForServers());
  const sections = covered.map(sectionAsText);
  const all = covered.flatMap((section) => section.requirements);
  const unchecked = all.filter(({ cases }) => cases.length === 0).length;
  const sum = `${all.length} requirements, ${all.length - unchecked} checked by cases, ${unchecked} not, each with a reason; catalogue ${catalogueVersion}`;
  return `${sections.join('\n\n')}\n\n${sum}\n`;
}

export function coverageAsJson(): string {
  const listed = coverageOf(requirements, idsForServers()).map((section) => {
    const link = sectionLink(`${section.document} §${section.section}`);
    return {
      ...{ document: section.document, section: section.section, ...(link && { link }) },
      requirements: section.requirements.map(({ requirement, cases }) => {
        const { id, level, words } = requirement;
        const reason = 'unchecked' in requirement ? { unchecked: requirement.unchecked } : {};
        return { id, level, words, cases, ...reason };
      }),
    };
  });
  return `${JSON.stringify({ catalogue: catalogueVersion, sections: listed }, null, 2)}\n`;
}

const idsForServers = () =>
  catalogue()
    .filter(({ against }) => against.includes('server'))
    .map(({ id }) => id);

function sectionAsText({ document, section, requirements: all }: CoveredSection): string {
  return [`${document} §${section}`, ...all.map(requirementAsText)].join('\n');
}

function requirementAsText({ requirement, cases }: CoveredRequirement): string {
  const { level, words } = requirement;
  const first = `  ${level.toUpperCase().padEnd(6)}  ${words}`;
  if ('unchecked' in requirement) return `${first}\n          no case: ${requirement.unchecked}`;
  const shown = cases.slice(0, 3).join(', ');
  const more = cases.length > 3 ? ` and ${cases.length - 3} more` : '';
  return `${first}\n          ${shown}${more}`;
}
