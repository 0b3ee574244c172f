// A conversation as a list of blocks, the client's to the left, the server's to the right; each
// opens into its fields.
import { element } from '../elements.js';
import { hexBytes, isMarked } from './bytes.js';

/** @typedef {import('../../conformance/report/html-shape.ts').ReportBlock} Block */
/** @typedef {import('../../conformance/report/html-shape.ts').ReportField} Field */
/** @typedef {import('./bytes.js').Mark} Mark */

/** Opened at first: so many blocks around the mark; without one, as many at the end. */
const around = 1;
const atEnd = 2;

/**
 * @param {readonly Block[]} blocks
 * @param {Mark | undefined} mark
 * @param {string} note what is wrong at the mark
 */
export function timeline(blocks, mark, note) {
  const marked = blocks.findIndex((block) => block.from === mark?.from && isMarked(block, mark));
  const isOpen = (/** @type {number} */ index) =>
    marked >= 0 ? Math.abs(index - marked) <= around : index >= blocks.length - atEnd;
  const items = blocks.map((block, index) => {
    const isThis = index === marked;
    return item(block, isOpen(index), isThis ? mark : undefined, isThis ? note : undefined);
  });
  return element('ol', { className: 'timeline' }, {}, ...items);
}

/**
 * @param {Block} block
 * @param {boolean} isOpen
 * @param {Mark | undefined} mark
 * @param {string | undefined} note
 */
function item(block, isOpen, mark, note) {
  const { from, fields, remarks } = block;
  const notes = [
    ...remarks.map((remark) => element('p', { className: 'remark' }, {}, remark)),
    ...(note ? [element('p', { className: 'note' }, {}, note)] : []),
  ];
  const made = element('li', { className: `${from ?? 'nobody'} ${block.kind}` });
  if (note) made.classList.add('marked');
  if (fields.length === 0) {
    made.append(element('p', { className: 'occurrence' }, {}, ...heading(block)), ...notes);
    return made;
  }
  const summary = element('summary', {}, {}, ...heading(block));
  // Where all of a block is marked, its frame says so.
  const inner = mark && mark.length < block.length ? mark : undefined;
  const body = block.kind === 'head' ? headLines(fields, inner) : fieldTable(fields, inner);
  made.append(element('details', { open: isOpen }, {}, summary, body), ...notes);
  return made;
}

/** @param {Block} block */
function heading({ from, at, offset, length, title, fields }) {
  const who = { client: 'client →', server: '← server' };
  const where = length > 0 ? `bytes ${offset}–${offset + length - 1}` : '';
  return [
    element('span', { className: 'who' }, {}, from ? who[from] : ''),
    element('span', { className: 'what' }, {}, title),
    element('span', { className: 'content-words' }, {}, contentWords(fields)),
    element('span', { className: 'where' }, {}, where),
    element('span', { className: 'when' }, {}, `${at.toFixed(3)} ms`),
  ];
}

/** What a frame carries, to be seen before it is opened. @param {readonly Field[]} fields */
function contentWords(fields) {
  const carried = fields.filter(({ name }) => ['payload', 'code', 'reason'].includes(name));
  return carried.map(({ meaning }) => meaning).join(' ');
}

/** @param {readonly Field[]} fields @param {Mark | undefined} mark */
function headLines(fields, mark) {
  const rows = fields.map((field) => {
    const text = element('code', {}, {}, field.meaning);
    const row = element(
      'tr',
      { className: isMarked(field, mark) ? 'marked' : '' },
      {},
      element('td', { className: 'offset' }, {}, String(field.offset)),
      element('td', {}, {}, text),
    );
    return row;
  });
  const names = ['Offset', 'Line'].map((name) => element('th', { scope: 'col' }, {}, name));
  const head = element('thead', {}, {}, element('tr', {}, {}, ...names));
  return element('table', { className: 'lines' }, {}, head, element('tbody', {}, {}, ...rows));
}

/** @param {readonly Field[]} fields @param {Mark | undefined} mark */
function fieldTable(fields, mark) {
  const names = ['Offset', 'Bytes', 'Bits', 'Field', 'Meaning', 'Section'];
  const heads = names.map((name) => element('th', { scope: 'col' }, {}, name));
  const rows = fields.map((field, index) => fieldRow(field, index, fields, mark));
  return element(
    'table',
    { className: 'fields' },
    {},
    element('thead', {}, {}, element('tr', {}, {}, ...heads)),
    element('tbody', {}, {}, ...rows),
  );
}

/**
 * Fields that share a byte share its cells.
 * @param {Field} field
 * @param {number} index
 * @param {readonly Field[]} fields
 * @param {Mark | undefined} mark
 */
function fieldRow(field, index, fields, mark) {
  const row = element('tr', { className: isMarked(field, mark) ? 'marked' : '' });
  if (fields[index - 1]?.offset !== field.offset) {
    const rowSpan = fields.filter(({ offset }) => offset === field.offset).length;
    row.append(
      element('td', { rowSpan, className: 'offset' }, {}, String(field.offset)),
      element('td', { rowSpan }, {}, ...bytesOf(field, mark)),
    );
  }
  row.append(
    element('td', { className: 'bits' }, {}, field.bits ?? ''),
    element('td', {}, {}, field.name),
    element('td', { className: 'meaning' }, {}, field.meaning),
    element('td', { className: 'quiet' }, {}, field.section),
  );
  return row;
}

/** As on the wire and, where a mask was on it, without. @param {Field} field @param {Mark | undefined} mark */
function bytesOf({ hex, unmasked, offset, length }, mark) {
  const wire = hexBytes(hex, offset, length, mark);
  if (unmasked === undefined) return [wire];
  const label = (/** @type {string} */ words) => element('span', { className: 'label' }, {}, words);
  return [label('masked'), wire, label('unmasked'), hexBytes(unmasked, offset, length, undefined)];
}
