/** A timeline as text that a person reads: every byte of it, or the few around one mark. */
import { type Block, type BlockOutline, outline } from './dissect.ts';
import type { Field } from './dissect-frame.ts';
import { escapeBytes } from './printable.ts';
import { bytesFrom, type Side, type Timeline } from './timeline.ts';

/** One range of bytes that the text points at. */
export interface Mark {
  readonly from: Side;
  readonly offset: number;
  /** 0 marks the place before the byte at `offset`. */
  readonly length: number;
  readonly note: string;
}

/** How much of a timeline is shown, and what is pointed at. */
export interface AnnotateOptions {
  /** How many bytes of one field are shown; the rest is counted. Default 32. */
  readonly maxBytes?: number;
  readonly mark?: Mark;
  /** Leaves out blocks further than this many from the mark; default: all are shown. */
  readonly context?: number;
  /** Without a marked block: shows as many blocks at the end as fit in so many lines. */
  readonly linesAtEnd?: number;
}

const bytesPerRow = 8;

/**
 * A timeline as text for a person: bytes in hexadecimal next to the fields that they are. Only the
 * blocks that are shown are dissected, since a recording may have thousands of others.
 */
export function annotate(timeline: Timeline, options: AnnotateOptions = {}): string {
  const { maxBytes = 32, mark, context = Infinity, linesAtEnd = Infinity } = options;
  const blocks = outline(timeline, maxBytes);
  const streams = { client: bytesFrom(timeline, 'client'), server: bytesFrom(timeline, 'server') };
  const linesOf = (each: BlockOutline, its?: Mark) => blockLines(each.block(), streams, its);
  const marked = mark ? blocks.findIndex((block) => covers(block, mark)) : -1;
  if (mark && marked !== -1) {
    const [from, to] = [Math.max(0, marked - context), marked + context + 1];
    const shown = blocks
      .slice(from, to)
      .map((block) => linesOf(block, block === blocks[marked] ? mark : undefined));
    return textOf([omission(from), ...shown, omission(blocks.length - to)]);
  }
  const shown = lastBlocks(blocks, linesAtEnd, linesOf);
  const place = mark ? [`⟶ ${mark.from} byte ${mark.offset}: ${mark.note}`] : [];
  return textOf([omission(blocks.length - shown.length), ...shown, place]);
}

const textOf = (lines: readonly (readonly string[])[]) => `${lines.flat().join('\n')}\n`;

/** The last one in any case; each ends with an empty line, which the last does without. */
function lastBlocks(
  blocks: readonly BlockOutline[],
  most: number,
  linesOf: (block: BlockOutline) => string[],
): string[][] {
  const shown: string[][] = [];
  let total = -1;
  for (const block of blocks.toReversed()) {
    const lines = linesOf(block);
    total += lines.length;
    if (total > most && shown.length > 0) break;
    shown.push(lines);
  }
  return shown.reverse();
}

function omission(blocks: number): string[] {
  return blocks > 0 ? [`… ${blocks} more …\n`] : [];
}

/** A mark of length 0 at the very end of a block belongs to it: that is where something lacks. */
function covers(span: { from?: Side | undefined; offset: number; length: number }, mark: Mark) {
  const end = span.offset + span.length;
  const last = mark.length === 0 ? mark.offset <= end : mark.offset < end;
  return span.from === mark.from && span.length > 0 && mark.offset >= span.offset && last;
}

function blockLines(block: Block, streams: Record<Side, Uint8Array>, mark?: Mark): string[] {
  const who = { client: 'client →', server: '← server' };
  const where =
    block.length > 0 ? `bytes ${block.offset}–${block.offset + block.length - 1}  ` : '';
  const side = block.from ? who[block.from] : '        ';
  const lines = [`${side}  ${block.at.toFixed(3)} ms  ${where}${block.title}`];
  let pending = mark;
  let previous = -1;
  for (const field of block.fields) {
    const rows =
      block.kind === 'head'
        ? [headRow(field, streams[block.from!])]
        : fieldRows(field, field.offset !== previous);
    previous = field.offset;
    for (const row of rows) {
      lines.push(row.text);
      if (pending && row.isMarked(pending)) {
        lines.push(row.pointer(pending));
        pending = undefined;
      }
    }
  }
  if (pending) lines.push(`${' '.repeat(gutter)}⟶ ${pending.note}`);
  lines.push(...block.remarks.map((remark) => `${' '.repeat(gutter)}${remark}`), '');
  return lines;
}

interface Row {
  readonly text: string;
  isMarked(mark: Mark): boolean;
  /** A line of carets below the marked bytes, with the note. */
  pointer(mark: Mark): string;
}

const gutter = 10;
const hexWidth = bytesPerRow * 3 - 1;

/** @param gap columns between one byte and the next */
function row(
  text: string,
  offset: number,
  length: number,
  column: (byte: number) => number,
  gap = 0,
): Row {
  return {
    text,
    isMarked: (mark) =>
      mark.offset < offset + length || (mark.length === 0 && mark.offset === offset + length),
    pointer: (mark) => {
      const first = Math.max(0, mark.offset - offset);
      const last = Math.min(length, mark.offset - offset + mark.length);
      const start = column(first);
      const width = Math.max(1, column(last) - start - gap);
      return `${' '.repeat(gutter + start)}${'^'.repeat(width)} ${mark.note}`;
    },
  };
}

/** A line of a head as the text it is, its ending made visible. */
function headRow(field: Field, stream: Uint8Array): Row {
  const bytes = stream.subarray(field.offset, field.offset + field.length);
  const shown = bytes.subarray(0, 400);
  const more = bytes.length > shown.length ? `… ${bytes.length - shown.length} more bytes` : '';
  return row(
    `${offsetColumn(field.offset)}${headText(shown)}${more}`,
    field.offset,
    field.length,
    (byte) => headText(shown.subarray(0, byte)).length,
  );
}

/** Quotation marks need no escape where no quotation marks stand around. */
function headText(bytes: Uint8Array): string {
  return escapeBytes(bytes).replaceAll('\\"', '"');
}

function fieldRows(field: Field, isNewOffset: boolean): Row[] {
  const rows: Row[] = [];
  const wire = split(field.hex);
  const inWords = [field.bits ?? '         ', field.name.padEnd(8), field.meaning];
  const { unmasked } = field;
  wire.forEach((chunk, index) => {
    const offset = field.offset + index * bytesPerRow;
    const words =
      index > 0
        ? ''
        : unmasked !== undefined
          ? `           ${field.name}, masked`
          : inWords.join('  ');
    const place = isNewOffset || index > 0 ? offsetColumn(offset) : ' '.repeat(gutter);
    // Fields that share a byte show it once.
    const shown = isNewOffset || index > 0 ? chunk : '';
    const text = `${place}${shown.padEnd(hexWidth)}  ${words}`.trimEnd();
    rows.push(row(text, offset, (chunk.length + 1) / 3, (byte) => byte * 3, 1));
  });
  if (unmasked !== undefined) {
    split(unmasked).forEach((chunk, index) => {
      const words = index > 0 ? '' : inWords.join('  ');
      rows.push(silent(`${' '.repeat(gutter)}${chunk.padEnd(hexWidth)}  ${words}`.trimEnd()));
    });
  }
  const hidden = field.length - (field.hex.length + 1) / 3;
  if (hidden > 0) {
    const offset = field.offset + field.length - hidden;
    const text = `${' '.repeat(gutter)}… ${hidden.toLocaleString('en')} more bytes`;
    rows.push(row(text, offset, hidden, () => 0));
  }
  return rows;
}

/** A row that stands for bytes shown above. */
function silent(text: string): Row {
  return { text, isMarked: () => false, pointer: () => '' };
}

function split(hexBytes: string): string[] {
  const rows: string[] = [];
  for (let at = 0; at < hexBytes.length; at += bytesPerRow * 3) {
    rows.push(hexBytes.slice(at, at + hexWidth));
  }
  return rows;
}

function offsetColumn(offset: number): string {
  return `${String(offset).padStart(gutter - 2)}  `;
}
