/** The matrix: a row per case, a column per target, a group of rows per section. */

import type { ReportCase } from '../../conformance/report/html-shape.ts';
import { element } from '../elements.js';
import { placeLink } from './address.js';
import { overview } from './data.js';
import { addGridKeys, makeStop, shownRows } from './grid-keys.js';
import { signs, verdictOf, verdictWords } from './verdicts.js';

/** Up to this many columns are wide enough for horizontal names. */
const few = 6;

export class Matrix {
  readonly table: HTMLTableElement;
  /** By index of the case. */
  rows: HTMLTableRowElement[] = [];
  /** By index of the section. */
  groups: HTMLTableSectionElement[] = [];
  targets: number[] = [];
  /** A link keeps the filter that is set when it is followed. */
  filter = new URLSearchParams();
  /** The section headings stay below the table's header while scrolling. */
  readonly headHeight = new ResizeObserver(([entry]) => {
    const height = entry?.borderBoxSize[0]?.blockSize ?? 0;
    this.table.style.setProperty('--head', `${height}px`);
  });

  constructor(table: HTMLTableElement) {
    this.table = table;
    addGridKeys(table);
    table.addEventListener('pointerdown', (event) => this.addFilter(event.target));
    table.addEventListener('focusin', (event) => this.addFilter(event.target));
    // In a high row, only the sign in a cell is a link.
    table.addEventListener('click', ({ target }) => {
      if (!(target instanceof HTMLTableCellElement) || target.cellIndex === 0) return;
      target.querySelector('a')?.click();
    });
  }

  /** @param targets the columns */
  build(targets: ReadonlySet<number>) {
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

  group(index: number) {
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

  row({ id, title, level, cells }: ReportCase, index: number) {
    const link = element('a', { href: `#${id}`, tabIndex: -1 }, {}, title);
    const rank = element('span', { className: `level ${level}` }, {}, level.toUpperCase());
    const header = element('th', { scope: 'row' }, {}, link, rank, element('code', {}, {}, id));
    const row = element('tr', {}, { row: String(index) }, header);
    for (const target of this.targets) row.append(cell(cells[target], index, target));
    return row;
  }

  show(shown: readonly boolean[], filter: URLSearchParams) {
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

  focus(row: number, target: number | undefined) {
    const column = target === undefined ? -1 : this.targets.indexOf(target);
    const link = this.rows[row]?.cells[column + 1]?.querySelector('a');
    link?.focus();
    link?.scrollIntoView({ block: 'nearest' });
  }

  addFilter(target: EventTarget | null) {
    const link = target instanceof Element ? target.closest('a') : null;
    const row = link?.closest('tr')?.dataset.row;
    if (!link || row === undefined) return;
    const column = this.targets[(link.closest('td')?.cellIndex ?? 0) - 1];
    link.href = placeLink(Number(row), column, this.filter);
  }
}

function cell(letter: string | undefined, row: number, target: number) {
  const verdict = verdictOf(letter);
  const made = document.createElement('td');
  if (!verdict) {
    made.ariaLabel = 'not run';
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

function tally(rows: readonly number[], target: number) {
  const seen = rows.map((row) => verdictOf(overview.cases[row]?.cells[target]));
  const judged = seen.filter((verdict) => verdict && verdict !== 'skip' && verdict !== 'error');
  const broken = seen.filter((verdict) => verdict === 'fail' || verdict === 'warn').length;
  const words = judged.length === 0 ? '–' : `${judged.length - broken}/${judged.length}`;
  const className = broken > 0 ? 'some-broken' : '';
  return element('td', { className }, {}, element('span', {}, {}, words));
}
