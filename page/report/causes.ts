/** The table of causes: what each target has to repair, and a link to the cases that show it. */
import type { ReportCause, ReportTarget } from '../../conformance/report/html-shape.ts';
import { byId, element } from '../elements.js';
import { placeLink } from './address.js';
import { overview } from './data.js';

/** What stands for a cause in an address: the target's key and the place in its list, from 1. */
export const causeKey = ({ key }: ReportTarget, index: number) => `${key}.${index + 1}`;

const byKey = new Map(
  overview.targets.flatMap((target) =>
    target.causes.map((cause, index) => [causeKey(target, index), new Set(cause.cases)] as const),
  ),
);

/** @returns the ids of its cases; undefined if the report has no such cause */
export const casesOfCause = (key: string) => byKey.get(key);

export function showCauses() {
  byId('causes-section', HTMLElement).hidden = byKey.size === 0;
  const heading = (words: string) => element('th', { scope: 'col' }, {}, words);
  const names = overview.targets.length > 1 ? ['Target'] : [];
  byId('causes', HTMLTableElement).append(
    element('caption', { className: 'unseen' }, {}, 'Broken rules by cause'),
    element(
      'thead',
      {},
      {},
      element(
        'tr',
        {},
        {},
        ...[...names, 'Cases', 'Rule', 'Level', 'Section', 'Seen'].map(heading),
      ),
    ),
    element('tbody', {}, {}, ...overview.targets.flatMap(rowsOf)),
  );
}

function rowsOf(target: ReportTarget) {
  const cell = (...content: (Node | string)[]) => element('td', {}, {}, ...content);
  return target.causes.map((cause, index) =>
    element(
      'tr',
      {},
      {},
      ...(overview.targets.length > 1 ? [cell(target.name)] : []),
      cell(linkToCases(target, cause, index)),
      cell(cause.rule),
      cell(cause.level.toUpperCase()),
      cell(cause.link ? element('a', { href: cause.link }, {}, cause.reference) : cause.reference),
      cell(cause.seen),
    ),
  );
}

function linkToCases(target: ReportTarget, { cases, rule }: ReportCause, index: number) {
  const filter = new URLSearchParams({ cause: causeKey(target, index) });
  const link = element(
    'a',
    { href: placeLink(undefined, undefined, filter) },
    {},
    `${cases.length}`,
  );
  link.ariaLabel = `${cases.length} cases that show ${rule}`;
  return link;
}
