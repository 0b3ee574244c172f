/** The report: reads the address, shows what it names, and updates it with each selection. */
import { byId, element } from '../elements.js';
import { placeLink, readPlace } from './address.js';
import { caseView } from './case-view.js';
import { showCauses } from './causes.js';
import { overview, readDetails } from './data.js';
import { chooseCases, readFilter, showFilters, writeFilter } from './filter.js';
import { Matrix } from './matrix.js';
import { showTargets } from './targets.js';

const matrix = new Matrix(byId('matrix', HTMLTableElement));
const dialog = byId('case', HTMLDialogElement);
const shownTargets = new Set(overview.targets.keys());

/** The content of the dialog. */
let opened: { row: number; target: number } | undefined;

function describe() {
  const { targets, cases, sections } = overview;
  const count = (number: number, noun: string) =>
    `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
  byId('about', HTMLElement).textContent = [
    count(cases.length, 'case'),
    `from ${count(sections.length, 'section')}`,
    `of ${new Set(sections.map(({ document }) => document)).size} specifications,`,
    `run against ${count(targets.length, 'target')}. Select a verdict to see its bytes.`,
  ].join(' ');
}

/** Shows the selected cases and their number. */
function applyFilter() {
  const filter = readFilter();
  const shown = chooseCases(filter, shownTargets);
  matrix.show(shown, filter);
  const number = shown.filter(Boolean).length;
  const all = overview.cases.length.toLocaleString('en');
  byId('count', HTMLOutputElement).textContent = `${number.toLocaleString('en')} of ${all} cases`;
  byId('nothing', HTMLElement).hidden = number > 0;
  return filter;
}

/** Updates the view from the address. */
async function follow() {
  const { row, target, filter } = readPlace();
  writeFilter(filter);
  applyFilter();
  if (row !== undefined && target !== undefined) await open(row, target, filter);
  else {
    dialog.close();
    if (row !== undefined) matrix.focus(row, undefined);
  }
}

async function open(row: number, target: number, filter: URLSearchParams) {
  opened = { row, target };
  const reportCase = overview.cases[row];
  const details = reportCase ? await readDetails(reportCase) : [];
  // Another case was requested meanwhile.
  if (opened?.row !== row || opened.target !== target) return;
  const content = element(
    'div',
    { className: 'content' },
    {},
    ...caseView(row, target, details[target], filter),
  );
  dialog.replaceChildren(tools(row, target, filter), content);
  if (!dialog.open) dialog.showModal();
  byId('case-title', HTMLElement).focus();
  dialog.scrollTop = 0;
}

function tools(row: number, target: number, filter: URLSearchParams) {
  const link = (words: string, to: number | undefined, key: string) => {
    if (to === undefined) return element('span', { className: 'quiet' }, {}, words);
    return element('a', { href: placeLink(to, target, filter) }, { key }, words);
  };
  const close = element('button', { type: 'button', className: 'close' }, {}, 'Close');
  close.addEventListener('click', () => dialog.close());
  return element(
    'div',
    { className: 'tools' },
    {},
    link('← previous case', neighbour(row, -1), 'p'),
    link('next case →', neighbour(row, 1), 'n'),
    close,
  );
}

/** The next case that the filter shows. */
function neighbour(row: number, step: 1 | -1) {
  for (let next = row + step; next in overview.cases; next += step) {
    if (!matrix.rows[next]?.hidden) return next;
  }
  return undefined;
}

dialog.addEventListener('close', () => {
  if (!opened) return;
  const { row, target } = opened;
  opened = undefined;
  history.replaceState(null, '', placeLink(undefined, undefined, readFilter()));
  matrix.focus(row, target);
});

dialog.addEventListener('click', (event) => {
  if (event.target === dialog) dialog.close();
});

dialog.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
  if (!opened || ctrlKey || metaKey || altKey) return;
  const { row, target } = opened;
  const toTarget = { ArrowLeft: target - 1, ArrowRight: target + 1 }[key];
  if (toTarget !== undefined && toTarget in overview.targets) {
    location.replace(placeLink(row, toTarget, readFilter()));
  }
  const link = Array.from(dialog.querySelectorAll('a')).find(({ dataset }) => dataset.key === key);
  if (link) location.replace(link.href);
});

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key !== '/' || isTyping || dialog.open) return;
  event.preventDefault();
  byId('text', HTMLInputElement).focus();
});

window.addEventListener('hashchange', follow);

describe();
showCauses();
showTargets(byId('targets', HTMLTableElement), (chosen) => {
  shownTargets.clear();
  for (const target of chosen) shownTargets.add(target);
  matrix.build(shownTargets);
  applyFilter();
});
showFilters(() => history.replaceState(null, '', placeLink(undefined, undefined, applyFilter())));
matrix.build(shownTargets);
await follow();
