/**
 * One frame as a table of bits, as RFC 6455 §5.2 draws it: pointing at a field explains it.
 */
import type { FrameEvent as Frame } from '../../inspector/session-events.ts';
import { element } from '../elements.js';
import type { Field } from './fields.js';
import { fieldsOf } from './fields.js';
import { fromHex, toHex } from './payload.js';

/** Rows of payload that are drawn; the rest is only counted. */
const payloadRows = 8;

const narrow = matchMedia('(max-width: 48rem)');

export class BitTable {
  #table;
  #explanation;
  #frame: Frame | undefined;

  constructor(table: HTMLElement, explanation: HTMLElement) {
    this.#table = table;
    this.#explanation = explanation;
    narrow.addEventListener('change', () => this.#frame && this.show(this.#frame));
  }

  clear() {
    this.#frame = undefined;
    this.#table.replaceChildren();
    this.#explanation.replaceChildren();
  }

  show(frame: Frame) {
    this.#frame = frame;
    const columns = narrow.matches ? 16 : 32;
    this.#table.style.setProperty('--columns', String(columns));
    const fields = fieldsOf(frame);
    const cells = fields.flatMap((field) =>
      field.name === 'payload'
        ? this.#payloadCells(field, frame, columns)
        : this.#headerCells(field, columns),
    );
    this.#table.replaceChildren(...this.#ruler(columns), ...cells);
    this.#point(fields.find((field) => field.problem) ?? fields[0]);
  }

  /** The numbers of the bits, as above the figure in the RFC. */
  #ruler(columns: number) {
    return Array.from({ length: columns }, (_, i) =>
      element('span', { className: 'bit-number', ariaHidden: 'true', textContent: String(i % 8) }),
    );
  }

  /** A field takes as many cells as the rows it touches; the first one takes the focus for all. */
  #headerCells(field: Field, columns: number) {
    const parts = [];
    for (let bit = field.start, end = field.start + field.length; bit < end; ) {
      const width = Math.min(end - bit, columns - (bit % columns));
      parts.push(width);
      bit += width;
    }
    // The label is in the widest cell, where it fits best.
    const labelled = parts.indexOf(Math.max(...parts));
    const cells = parts.map((width, i) => {
      const cell = this.#cell(field, i === 0, width);
      const label = i === labelled ? field.label : '⋯';
      if (width <= 4)
        cell.append(element('span', { className: 'bit-value', textContent: field.value }));
      cell.append(element('span', { className: 'bit-label', textContent: label }));
      return cell;
    });
    return cells;
  }

  /** One cell per byte of payload, and one with the number of bytes not drawn. */
  #payloadCells(field: Field, frame: Frame, columns: number) {
    const plain = fromHex(frame.payload);
    const key = frame.maskKey ? fromHex(frame.maskKey) : undefined;
    const room = (payloadRows * columns) / 8 - (field.start % columns) / 8;
    const cells = Array.from(plain.subarray(0, room), (byte, i) => {
      const onWire = key ? byte ^ (key[i % 4] ?? 0) : byte;
      const cell = this.#cell(field, i === 0, 8);
      cell.append(seen('bit-value', hex(onWire)));
      cell.append(seen('bit-label', key ? `${hex(byte)} ${glyph(byte)}` : glyph(byte)));
      return cell;
    });
    const left = frame.payloadLength - cells.length;
    if (left > 0) {
      const cell = this.#cell(field, false, columns);
      cell.textContent = `… and ${left.toLocaleString('en')} more bytes`;
      cells.push(cell);
    }
    return cells;
  }

  /** @param width in bits */
  #cell(field: Field, first: boolean, width: number) {
    const cell = first
      ? element('button', { type: 'button', className: 'bits' })
      : element('span', { className: 'bits continued' });
    cell.dataset.field = field.name;
    if (field.problem) cell.dataset.problem = '';
    cell.style.gridColumn = `span ${width}`;
    if (width <= 2) cell.classList.add('upright');
    if (first) {
      const name = `${field.name}: ${field.value}`;
      cell.append(element('span', { className: 'unseen', textContent: name }));
    }
    cell.addEventListener('pointerenter', () => this.#point(field));
    cell.addEventListener('focus', () => this.#point(field));
    cell.addEventListener('click', () => this.#point(field));
    return cell;
  }

  #point(field: Field | undefined) {
    if (!field) return;
    for (const cell of this.#table.querySelectorAll('.bits')) {
      const pointed = cell instanceof HTMLElement && cell.dataset.field === field.name;
      cell.classList.toggle('pointed', pointed);
    }
    const bits = field.length === 1 ? 'bit' : 'bits';
    const range =
      field.length === 1
        ? `bit ${field.start}`
        : `${bits} ${field.start} to ${field.start + field.length - 1}`;
    this.#explanation.replaceChildren(
      element('strong', { textContent: field.name }),
      element('span', { className: 'where', textContent: range }),
      element('code', { className: 'value', textContent: field.value }),
      element('span', { textContent: field.meaning }),
      ...(field.problem
        ? [element('span', { className: 'problem', textContent: field.problem })]
        : []),
      sectionLink(field.section),
    );
  }
}

/** The content of a cell; only the first cell has the name. */
function seen(className: string, text: string) {
  return element('span', { className, textContent: text, ariaHidden: 'true' });
}

export function sectionLink(section: string) {
  const [, other, number] = /^(?:RFC (\d+) )?([\d.]+)$/.exec(section) ?? [];
  const rfc = other ?? '6455';
  return element('a', {
    href: `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${number}`,
    textContent: `RFC ${rfc} §${number}`,
  });
}

function hex(byte: number) {
  return toHex(Uint8Array.of(byte));
}

/** A byte in ASCII; a dot if it is not printable. */
function glyph(byte: number) {
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : byte === 0x20 ? '␣' : '·';
}
