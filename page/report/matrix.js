// The matrix: a row per case, a column per target, a group of rows per section.
import { element } from '../elements.js';
import { placeLink } from './address.js';
import { overview } from './data.js';
import { addGridKeys, makeStop, shownRows } from './grid-keys.js';
import { signs, verdictOf, verdictWords } from './verdicts.js';

/** @typedef {import('./data.js').ReportCase} ReportCase */

/** Up to so many, columns are wide enough for names that lie. */
const few = 6;

export class Matrix {
  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.table = table;
    /** @type {HTMLTableRowElement[]} by index of the case */
    this.rows = [];
    /** @type {HTMLTableSectionElement[]} by index of the section */
    this.groups = [];
    /** @type {number[]} */
    this.targets = [];
    addGridKeys(table);
    // A link keeps the filter that is on when it is followed.
    this.filter = new URLSearchParams();
    // The heads of the sections stay below it while one scrolls.
    this.headHeight = new ResizeObserver(([entry]) => {
      const height = entry?.borderBoxSize[0]?.blockSize ?? 0;
      table.style.setProperty('--head', `${height}px`);
    });
    table.addEventListener('pointerdown', (event) => this.addFilter(event.target));
    table.addEventListener('focusin', (event) => this.addFilter(event.target));
    // Beside its sign, a cell of a high row is no link.
    table.addEventListener('click', ({ target }) => {
      if (!(target instanceof HTMLTableCellElement) || target.cellIndex === 0) return;
      target.querySelector('a')?.click();
    });
  }

  /** @param {ReadonlySet<number>} targets the columns */
  build(targets) {
    this.targets = [...targets].toSorted((a, b) => a - b);
    this.table.classList.toggle('few', this.targets.length <= few);
    this.table.style.setProperty('--targets', String(this.targets.length));
    this.rows = overview.cases.map((each, index) => this.row(each, index));
    this.groups = overview.sections.map((_, index) => this.group(index));
    const head = this.head();
    this.table.replaceChildren(this.columns(), head, ...this.groups);
    this.headHeight.disconnect();
    this.headHeight.observe(head);
    const first = this.rows[0]?.querySelector('a');
    if (first) makeStop(this.table, first);
  }

  columns() {
    const targets = this.targets.map(() => element('col', { className: 'target' }));
    return element('colgroup', {}, {}, element('col', { className: 'case' }), ...targets);
  }

  head() {
    const names = this.targets.map((target) => {
      const { name = '', version = '' } = overview.targets[target] ?? {};
      const words = element('span', {}, {}, name, ' ', element('small', {}, {}, version));
      return element('th', { scope: 'col', title: `${name} ${version}`.trim() }, {}, words);
    });
    const first = element('th', { scope: 'col' }, {}, 'Case');
    return element('thead', {}, {}, element('tr', {}, {}, first, ...names));
  }

  /** @param {number} index */
  group(index) {
    const { document: name = '', section = '', title = '', link } = overview.sections[index] ?? {};
    const words = `${name} §${section}`;
    const reference = link
      ? element('a', { href: link, tabIndex: -1, rel: 'noreferrer' }, {}, words)
      : words;
    const heading = element('th', { scope: 'rowgroup' }, {}, reference, ` ${title}`);
    const inside = overview.cases.flatMap((each, row) => (each.section === index ? [row] : []));
    const tallies = this.targets.map((target) => tally(inside, target));
    const rows = inside.flatMap((row) => this.rows[row] ?? []);
    const headRow = element('tr', { className: 'section' }, {}, heading, ...tallies);
    return element('tbody', {}, {}, headRow, ...rows);
  }

  /** @param {ReportCase} each @param {number} index */
  row({ id, title, level, cells }, index) {
    const link = element('a', { href: `#${id}`, tabIndex: -1 }, {}, title);
    const rank = element('span', { className: `level ${level}` }, {}, level.toUpperCase());
    const header = element('th', { scope: 'row' }, {}, link, rank, element('code', {}, {}, id));
    const row = element('tr', {}, { row: String(index) }, header);
    for (const target of this.targets) row.append(cell(cells[target], index, target));
    return row;
  }

  /** @param {readonly boolean[]} shown @param {URLSearchParams} filter */
  show(shown, filter) {
    this.filter = filter;
    this.rows.forEach((row, index) => {
      row.hidden = !shown[index];
    });
    for (const group of this.groups) {
      group.hidden = Array.from(group.rows).every((row) => row.hidden || !row.dataset.row);
    }
    if (this.table.querySelector('a[tabindex="0"]')?.closest('[hidden]')) {
      const first = shownRows(this.table)
        .find((row) => row.dataset.row)
        ?.querySelector('a');
      if (first) makeStop(this.table, first);
    }
  }

  /** @param {number} row @param {number | undefined} target */
  focus(row, target) {
    const column = target === undefined ? -1 : this.targets.indexOf(target);
    const link = this.rows[row]?.cells[column + 1]?.querySelector('a');
    link?.focus();
    link?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {EventTarget | null} target */
  addFilter(target) {
    const link = target instanceof Element ? target.closest('a') : null;
    const row = link?.closest('tr')?.dataset.row;
    if (!link || row === undefined) return;
    const column = this.targets[(link.closest('td')?.cellIndex ?? 0) - 1];
    link.href = placeLink(Number(row), column, this.filter);
  }
}

/** @param {string | undefined} letter @param {number} row @param {number} target */
function cell(letter, row, target) {
  const verdict = verdictOf(letter);
  const made = document.createElement('td');
  if (!verdict) {
    made.ariaLabel = 'not played';
    return made;
  }
  made.className = letter === letter?.toLowerCase() ? verdict : `${verdict} listed`;
  const link = document.createElement('a');
  link.href = placeLink(row, target, new URLSearchParams());
  link.tabIndex = -1;
  link.ariaLabel = verdictWords(letter);
  link.append(signs[verdict]);
  made.append(link);
  return made;
}

/** @param {readonly number[]} rows @param {number} target */
function tally(rows, target) {
  const seen = rows.map((row) => verdictOf(overview.cases[row]?.cells[target]));
  const judged = seen.filter((verdict) => verdict && verdict !== 'skip' && verdict !== 'error');
  const broken = seen.filter((verdict) => verdict === 'fail' || verdict === 'warn').length;
  const words = judged.length === 0 ? '–' : `${judged.length - broken}/${judged.length}`;
  const className = broken > 0 ? 'some-broken' : '';
  return element('td', { className }, {}, element('span', {}, {}, words));
}
