/**
 * Keyboard navigation of the matrix, following the grid pattern of the ARIA Authoring Practices: one
 * tab stop, arrows inside, Home and End within a row, with Control across the whole grid.
 */

const perPage = 12;

export function addGridKeys(grid: HTMLTableElement) {
  grid.addEventListener('keydown', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const row = link?.closest('tr');
    if (!link || !row || event.altKey || event.metaKey) return;
    const next = destination(grid, row, linksOf(row).indexOf(link), event);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  grid.addEventListener('focusin', (event) => {
    if (event.target instanceof HTMLAnchorElement) makeStop(grid, event.target);
  });
}

/** The one link in the tab order. */
export function makeStop(grid: HTMLTableElement, link: HTMLAnchorElement) {
  for (const former of grid.querySelectorAll('a[tabindex="0"]'))
    former.setAttribute('tabindex', '-1');
  link.tabIndex = 0;
}

function destination(
  grid: HTMLTableElement,
  row: HTMLTableRowElement,
  column: number,
  { key, ctrlKey }: KeyboardEvent,
) {
  const links = linksOf(row);
  if (key === 'ArrowLeft') return links[column - 1];
  if (key === 'ArrowRight') return links[column + 1];
  if (key === 'Home' && !ctrlKey) return links[0];
  if (key === 'End' && !ctrlKey) return links.at(-1);
  const steps: Record<string, number> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -perPage,
    PageDown: perPage,
    Home: -Infinity,
    End: Infinity,
  };
  const step = steps[key];
  if (step === undefined) return undefined;
  const rows = shownRows(grid);
  const place = Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + step));
  const found = rows[place];
  const there = found ? linksOf(found) : [];
  return there[Math.min(column, there.length - 1)];
}

function linksOf(row: HTMLTableRowElement) {
  return Array.from(row.querySelectorAll('a'));
}

export function shownRows(grid: HTMLTableElement) {
  return Array.from(grid.rows).filter((row) => {
    const body = row.parentElement;
    return body?.tagName === 'TBODY' && !row.hidden && !body.hidden && row.querySelector('a');
  });
}
