/** `framewright list`: the cases of the catalogue. */

import { catalogueVersion } from '../catalogue/catalogue.ts';
import type { Case } from '../format/case.ts';
import { needsOf } from '../format/needs.ts';
import { sectionLink } from '../report/section-link.ts';
import { sectionTitle } from '../report/section-titles.ts';
import { casesMeant } from './choose-cases.ts';
import type { FilterFlags } from './options.ts';

export interface ListFlags extends FilterFlags {
  readonly json: boolean;
}

export function runList(flags: ListFlags): number {
  const cases = casesMeant(flags);
  process.stdout.write(flags.json ? listAsJson(cases) : listAsText(cases));
  return 0;
}

function listAsJson(cases: readonly Case[]): string {
  const listed = cases.map((testCase) => {
    const { id, title, level, document, section, requirement, against } = testCase;
    const { tags = [], autobahn = [] } = testCase;
    const spec = `${document} §${section}`;
    const link = sectionLink(spec);
    const needs = [...needsOf(testCase)];
    return {
      ...{ id, title, level, document, section, ...(link && { link }), requirement },
      ...{ against, needs, tags, autobahn },
    };
  });
  return `${JSON.stringify({ catalogue: catalogueVersion, cases: listed }, null, 2)}\n`;
}

function listAsText(cases: readonly Case[]): string {
  const width = Math.max(...cases.map(({ id }) => id.length));
  let heading = '';
  const lines = cases.flatMap(({ document, section, id, level, title, tags, autobahn = [] }) => {
    const last = heading;
    heading = `${document} §${section}`;
    const name = sectionTitle(document, section);
    const above = heading === last ? [] : ['', [heading, name].filter(Boolean).join('  ')];
    const number = autobahn.length > 0 ? `  [Autobahn ${abridge(autobahn)}]` : '';
    const also = number + howToAskFor(tags);
    return [...above, `  ${id.padEnd(width)}  ${level.toUpperCase().padEnd(6)}  ${title}${also}`];
  });
  const count = `${cases.length} ${cases.length === 1 ? 'case' : 'cases'}`;
  return `${lines.slice(1).join('\n')}\n\n${count}, catalogue ${catalogueVersion}\n`;
}

const abridge = (ids: readonly string[]) =>
  ids.length <= 3 ? ids.join(', ') : `${ids[0]} … ${ids.at(-1)}`;

/** The options with which a run includes it, as in `chooseCases`. */
function howToAskFor(tags: Case['tags'] = []): string {
  const words = [
    ...(tags.includes('limits') ? ['--limits'] : []),
    ...(tags.includes('slow') ? ['--only slow'] : []),
  ];
  return words.length > 0 ? `  [${words.join(' ')}]` : '';
}
