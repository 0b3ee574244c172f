/** The table of targets: how many rules each follows, by level and by verdict. */
import type { ReportTarget } from '../../conformance/report/html-shape.ts';
import { element } from '../elements.js';
import { overview } from './data.js';
import { signs, verdictNames } from './verdicts.js';

type Totals = ReportTarget['totals'];

/** @param onChoice called with the columns that the matrix should have */
export function showTargets(
  table: HTMLTableElement,
  onChoice: (shown: ReadonlySet<number>) => void,
) {
  const shown = new Set(overview.targets.keys());
  const heading = (words: string) => element('th', { scope: 'col' }, {}, words);
  const verdicts = verdictNames.map((name) => `${signs[name]} ${name}`);
  const names = ['Target', 'MUST passed', 'SHOULD passed', 'MAY observed', 'Verdicts', ...verdicts];
  table.append(
    element('caption', { className: 'unseen' }, {}, 'Passed rules of each target'),
    element('thead', {}, {}, element('tr', {}, {}, ...names.map(heading))),
    element('tbody', {}, {}, ...overview.targets.map((target, index) => row(target, index))),
  );
  table.addEventListener('change', ({ target: box }) => {
    if (!(box instanceof HTMLInputElement)) return;
    if (box.checked) shown.add(Number(box.value));
    else shown.delete(Number(box.value));
    onChoice(shown);
  });
}

function row(target: ReportTarget, index: number) {
  const { totals, byLevel } = target;
  const number = (value: number, className: string) =>
    element('td', { className: value > 0 ? className : 'none' }, {}, value.toLocaleString('en'));
  return element(
    'tr',
    {},
    {},
    element('th', { scope: 'row' }, {}, ...name(target, index)),
    element('td', {}, {}, keptOf(byLevel.must, byLevel.must.fail)),
    element('td', {}, {}, keptOf(byLevel.should, byLevel.should.fail + byLevel.should.warn)),
    element('td', {}, {}, (byLevel.may.total - byLevel.may.skip).toLocaleString('en')),
    element('td', {}, {}, bar(totals)),
    ...verdictNames.map((verdict) => number(totals[verdict], verdict)),
  );
}

function name({ name, version, facts, shortfall }: ReportTarget, index: number) {
  const box = element('input', { type: 'checkbox', checked: true, value: String(index) });
  box.ariaLabel = `Show ${name} in the matrix`;
  const list = facts.flatMap(([term, words]) => [
    element('dt', {}, {}, term),
    element('dd', {}, {}, words),
  ]);
  return [
    ...(overview.targets.length > 1 ? [box] : []),
    element(
      'details',
      {},
      {},
      element('summary', {}, {}, element('b', {}, {}, name), ` ${version}`),
      element('dl', {}, {}, ...list),
    ),
    ...(shortfall ? [element('p', { className: 'shortfall' }, {}, shortfall)] : []),
  ];
}

function keptOf({ total, skip, error }: Totals, broken: number) {
  const judged = total - skip - error;
  if (judged === 0) return '–';
  return `${(judged - broken).toLocaleString('en')} / ${judged.toLocaleString('en')}`;
}

/** Bar widths; the numbers are next to them. */
function bar(totals: Totals) {
  const parts = verdictNames.toReversed().filter((verdict) => totals[verdict] > 0);
  const shares = parts.map((verdict) => {
    const share = element('span', { className: verdict, title: `${totals[verdict]} ${verdict}` });
    share.style.flexGrow = String(totals[verdict]);
    return share;
  });
  const made = element('div', { className: 'bar' }, {}, ...shares);
  made.ariaHidden = 'true';
  return made;
}
