/**
 * A conversation as a list of blocks, the client's on the left, the server's on the right; each can
 * be opened to show its fields.
 */
import type {
  ReportBlock as Block,
  ReportField as Field,
  ReportMark as Mark,
} from '../../conformance/report/html-shape.ts';
import { element } from '../elements.js';
import { hexBytes, isMarked } from './bytes.js';

/** Opened at first: this many blocks around the mark, or without one at the end. */
const around = 1;
const atEnd = 2;

/** @param note what is wrong at the mark */
export function timeline(blocks: readonly Block[], mark: Mark | undefined, note: string) {
  const marked = blocks.findIndex((block) => block.from === mark?.from && isMarked(block, mark));
  const isOpen = (index: number) =>
    marked >= 0 ? Math.abs(index - marked) <= around : index >= blocks.length - atEnd;
  const items = blocks.map((block, index) => {
    const isThis = index === marked;
    return item(block, isOpen(index), isThis ? mark : undefined, isThis ? note : undefined);
  });
  return element('ol', { className: 'timeline' }, {}, ...items);
}

function item(block: Block, isOpen: boolean, mark: Mark | undefined, note: string | undefined) {
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
  // If a whole block is marked, its border shows it.
  const inner = mark && mark.length < block.length ? mark : undefined;
  const body = block.kind === 'head' ? headLines(fields, inner) : fieldTable(fields, inner);
  made.append(element('details', { open: isOpen }, {}, summary, body), ...notes);
  return made;
}

function heading({ from, at, offset, length, title, fields }: Block) {
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

/** The content of a frame, shown before it is opened. */
function contentWords(fields: readonly Field[]) {
  const carried = fields.filter(({ name }) => ['payload', 'code', 'reason'].includes(name));
  return carried.map(({ meaning }) => meaning).join(' ');
}

function headLines(fields: readonly Field[], mark: Mark | undefined) {
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

function fieldTable(fields: readonly Field[], mark: Mark | undefined) {
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

/** Fields that share a byte share its cells. */
function fieldRow(field: Field, index: number, fields: readonly Field[], mark: Mark | undefined) {
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

/** As on the wire and, if masked, without the mask. */
function bytesOf({ hex, unmasked, offset, length }: Field, mark: Mark | undefined) {
  const wire = hexBytes(hex, offset, length, mark);
  if (unmasked === undefined) return [wire];
  const label = (words: string) => element('span', { className: 'label' }, {}, words);
  return [label('masked'), wire, label('unmasked'), hexBytes(unmasked, offset, length, undefined)];
}
