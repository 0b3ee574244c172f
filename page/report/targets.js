// The table of targets: how many rules each keeps, by level and by verdict.
import { element } from '../elements.js';
import { overview } from './data.js';
import { signs, verdictNames } from './verdicts.js';

/** @typedef {import('../../conformance/report/html-shape.ts').ReportTarget} ReportTarget */
/** @typedef {ReportTarget['totals']} Totals */

/**
 * @param {HTMLTableElement} table
 * @param {(shown: ReadonlySet<number>) => void} onChoice which columns the matrix is to have
 */
export function showTargets(table, onChoice) {
  const shown = new Set(overview.targets.keys());
  const heading = (/** @type {string} */ words) => element('th', { scope: 'col' }, {}, words);
  const verdicts = verdictNames.map((name) => `${signs[name]} ${name}`);
  const names = ['Target', 'MUST kept', 'SHOULD kept', 'MAY seen', 'Verdicts', ...verdicts];
  table.append(
    element('caption', { className: 'unseen' }, {}, 'What each target keeps'),
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

/** @param {ReportTarget} target @param {number} index */
function row(target, index) {
  const { totals, byLevel } = target;
  const number = (/** @type {number} */ value, /** @type {string} */ className) =>
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

/** @param {ReportTarget} target @param {number} index */
function name({ name, version, facts, shortfall }, index) {
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

/** @param {Totals} totals @param {number} broken */
function keptOf({ total, skip, error }, broken) {
  const judged = total - skip - error;
  if (judged === 0) return '–';
  return `${(judged - broken).toLocaleString('en')} / ${judged.toLocaleString('en')}`;
}

/** Widths for the eye; the numbers stand beside it. @param {Totals} totals */
function bar(totals) {
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
