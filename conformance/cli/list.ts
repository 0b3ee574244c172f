/** `framewright list`: what the catalogue holds. */
import type { Case } from '../case.ts';
import { catalogueVersion } from '../catalogue.ts';
import { needsOf } from '../play/needs.ts';
import { sectionLink } from '../report/section-link.ts';
import { sectionTitle } from '../report/section-titles.ts';
import { chooseCases } from './choose-cases.ts';
import type { SelectionFlags } from './options.ts';

export interface ListFlags extends SelectionFlags {
  readonly json: boolean;
}

export function runList(flags: ListFlags): number {
  const cases = chooseCases(flags);
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
  const lines = cases.flatMap(({ document, section, id, level, title, autobahn = [] }) => {
    const last = heading;
    heading = `${document} §${section}`;
    const name = sectionTitle(document, section);
    const above = heading === last ? [] : ['', [heading, name].filter(Boolean).join('  ')];
    const also = autobahn.length > 0 ? `  [Autobahn ${abridge(autobahn)}]` : '';
    return [...above, `  ${id.padEnd(width)}  ${level.toUpperCase().padEnd(6)}  ${title}${also}`];
  });
  const count = `${cases.length} ${cases.length === 1 ? 'case' : 'cases'}`;
  return `${lines.slice(1).join('\n')}\n\n${count}, catalogue ${catalogueVersion}\n`;
}

const abridge = (ids: readonly string[]) =>
  ids.length <= 3 ? ids.join(', ') : `${ids[0]} … ${ids.at(-1)}`;
