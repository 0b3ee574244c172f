/**
 * Reads a recorded HTTP/1.1 head (RFC 9112 §2.1), complete or not. It reports what is there, with
 * offsets; anomalies are listed, and whether they are allowed is for the judge to decide.
 */

export type HeadKind = 'request' | 'response';

/** A range of bytes. */
export interface Span {
  /** Index of the first byte in the stream of its side. */
  readonly offset: number;
  /** In bytes, the line ending included. */
  readonly length: number;
}

/** RFC 9112 §3. */
export interface RequestLine extends Span {
  readonly kind: 'request';
  readonly text: string;
  readonly method: string;
  readonly target: string;
  /** `HTTP/1.1`, or empty where the line ended before it. */
  readonly version: string;
}

/** RFC 9112 §4. */
export interface StatusLine extends Span {
  readonly kind: 'response';
  readonly text: string;
  readonly version: string;
  /** Undefined where no three digits stand. */
  readonly status: number | undefined;
  readonly reason: string;
}

/** One header line, continuation lines included. Bytes are read as Latin-1, so none is lost. */
export interface HeaderField extends Span {
  /** As written; empty where the line had no colon. */
  readonly name: string;
  /** Without the white space around it; folded lines are joined by one space. */
  readonly value: string;
}

/** The name and the value of a header line that is written. */
export type Header = readonly [name: string, value: string];

/** The kinds of anomalies that a head can have. */
export type AnomalyName =
  | 'leading-empty-line'
  | 'bare-lf'
  | 'bare-cr'
  | 'obs-fold'
  | 'missing-colon'
  | 'empty-name'
  | 'white-space-in-name'
  | 'control-character'
  | 'non-ascii'
  | 'malformed-start-line';

/** Something a strict reader may object to, and where it stands. */
export interface Anomaly extends Span {
  readonly name: AnomalyName;
}

/** A request or response head (RFC 9112 §2.1), which may be malformed. */
export interface HttpHead extends Span {
  readonly startLine: RequestLine | StatusLine;
  readonly headers: readonly HeaderField[];
  readonly anomalies: readonly Anomaly[];
  /** False when the bytes ended before the empty line. */
  readonly complete: boolean;
}

/** Values of every header of that name, in order of appearance; names are case-insensitive. */
export function headerValues(head: HttpHead, name: string): string[] {
  const wanted = name.toLowerCase();
  return head.headers.filter((f) => f.name.toLowerCase() === wanted).map((f) => f.value);
}

/** The comma-separated members of every header of that name (RFC 9110 §5.6.1), empty ones left out. */
export function headerList(head: HttpHead, name: string): string[] {
  return headerValues(head, name)
    .flatMap((value) => value.split(','))
    .map((member) => member.trim())
    .filter((member) => member !== '');
}

const cr = 0x0d;
const lf = 0x0a;

/** Collects one head from segments of any size; each byte is looked at once. */
export class HeadReader {
  readonly #kind: HeadKind;
  readonly #offset: number;
  readonly #chunks: Uint8Array[] = [];
  #buffered = 0;
  #lineLength = 0;
  #previous = 0;
  #started = false;

  /** @param offset index in the side's stream of the first byte that will be pushed */
  constructor(kind: HeadKind, offset = 0) {
    this.#kind = kind;
    this.#offset = offset;
  }

  /** The head once its empty line has come, and the bytes after it. */
  push(bytes: Uint8Array): { readonly head: HttpHead; readonly rest: Uint8Array } | undefined {
    const end = this.#endIn(bytes);
    this.#chunks.push(end === undefined ? bytes : bytes.subarray(0, end));
    this.#buffered += end ?? bytes.length;
    if (end === undefined) return undefined;
    const head = readHead(Buffer.concat(this.#chunks), this.#kind, this.#offset);
    return { head, rest: bytes.subarray(end) };
  }

  /** What has come so far of a head that is not whole. */
  rest(): {
    readonly head?: HttpHead;
    readonly bytes: Uint8Array;
    readonly offset: number;
  } {
    const bytes = Buffer.concat(this.#chunks);
    const offset = this.#offset;
    return this.#buffered === 0
      ? { bytes, offset }
      : { head: readHead(bytes, this.#kind, offset), bytes, offset };
  }

  /** Index after the line feed of the first empty line that follows a line with something in it. */
  #endIn(bytes: Uint8Array): number | undefined {
    for (let index = 0; index < bytes.length; index += 1) {
      const octet = bytes[index]!;
      if (octet === lf) {
        const empty = this.#lineLength === 0 || (this.#lineLength === 1 && this.#previous === cr);
        if (empty && this.#started) return index + 1;
        if (!empty) this.#started = true;
        this.#lineLength = 0;
      } else {
        this.#lineLength += 1;
      }
      this.#previous = octet;
    }
    return undefined;
  }
}

interface Line extends Span {
  /** Latin-1, without the line ending. */
  readonly text: string;
  readonly ending: '\r\n' | '\n' | '';
}

/** Reads the head at the start of `bytes`; what follows its empty line is left alone. */
export function readHead(bytes: Uint8Array, kind: HeadKind, offset = 0): HttpHead {
  const anomalies: Anomaly[] = [];
  const note = (name: AnomalyName, span: Span, from = 0, length = span.length) =>
    anomalies.push({ name, offset: span.offset + from, length });
  let startLine: RequestLine | StatusLine | undefined;
  const headers: HeaderField[] = [];
  let position = 0;
  let complete = false;
  while (position < bytes.length && !complete) {
    const line = lineAt(bytes, position, offset);
    position += line.length;
    if (line.ending === '\n') note('bare-lf', line, line.length - 1, 1);
    noteOctets(line, note);
    if (line.text === '' && line.ending !== '') {
      if (startLine) complete = true;
      else note('leading-empty-line', line);
    } else if (!startLine) {
      startLine = readStartLine(line, kind);
      if (!wellFormed(startLine)) note('malformed-start-line', line);
    } else if (/^[ \t]/.test(line.text)) {
      note('obs-fold', line);
      const folded = headers.pop();
      headers.push(folded ? unfold(folded, line) : readHeader(line));
    } else {
      headers.push(readHeader(line));
      const colon = line.text.indexOf(':');
      if (colon === -1) note('missing-colon', line);
      else if (colon === 0) note('empty-name', line);
      else if (/[ \t]/.test(line.text.slice(0, colon))) note('white-space-in-name', line, 0, colon);
    }
  }
  startLine ??= readStartLine({ offset, length: 0, text: '', ending: '' }, kind);
  return { startLine, headers, anomalies, complete, offset, length: position };
}

function lineAt(bytes: Uint8Array, position: number, base: number): Line {
  const feed = bytes.indexOf(lf, position);
  const end = feed === -1 ? bytes.length : feed + 1;
  const ending = feed === -1 ? '' : feed > position && bytes[feed - 1] === cr ? '\r\n' : '\n';
  const text = Buffer.from(bytes.subarray(position, end - ending.length)).toString('latin1');
  return { text, ending, offset: base + position, length: end - position };
}

function noteOctets(
  line: Line,
  note: (name: AnomalyName, span: Span, from: number, length: number) => void,
): void {
  for (let index = 0; index < line.text.length; index += 1) {
    const octet = line.text.charCodeAt(index);
    // A segment may have ended between CR and LF.
    const cutEnding = line.ending === '' && index === line.text.length - 1;
    if (octet === cr) {
      if (!cutEnding) note('bare-cr', line, index, 1);
    } else if ((octet < 0x20 && octet !== 0x09) || octet === 0x7f) {
      note('control-character', line, index, 1);
    } else if (octet > 0x7f) {
      note('non-ascii', line, index, 1);
    }
  }
}

function readStartLine({ text, offset, length }: Line, kind: HeadKind): RequestLine | StatusLine {
  const first = text.indexOf(' ');
  const head = first === -1 ? text : text.slice(0, first);
  const tail = first === -1 ? '' : text.slice(first + 1);
  if (kind === 'response') {
    const status = /^(\d{3})(?: (.*))?$/s.exec(tail);
    return {
      kind,
      text,
      offset,
      length,
      version: head,
      status: status ? Number(status[1]) : undefined,
      reason: status ? (status[2] ?? '') : tail,
    };
  }
  const version = / (HTTP\/[^ ]*)$/.exec(tail);
  return {
    kind,
    text,
    offset,
    length,
    method: head,
    target: version ? tail.slice(0, version.index) : tail,
    version: version?.[1] ?? '',
  };
}

function wellFormed(line: RequestLine | StatusLine): boolean {
  return line.kind === 'request'
    ? /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^ ]+ HTTP\/\d\.\d$/.test(line.text)
    : /^HTTP\/\d\.\d \d{3} /.test(line.text);
}

function readHeader({ text, offset, length }: Line): HeaderField {
  const colon = text.indexOf(':');
  return colon === -1
    ? { name: '', value: trim(text), offset, length }
    : { name: text.slice(0, colon).trimEnd(), value: trim(text.slice(colon + 1)), offset, length };
}

function unfold(field: HeaderField, line: Line): HeaderField {
  return {
    ...field,
    value: trim(`${field.value} ${trim(line.text)}`),
    length: field.length + line.length,
  };
}

/** Optional white space only (RFC 9110 §5.6.3): `trim()` would also take what must stay visible. */
function trim(text: string): string {
  // By hand: a pattern that ends in [ \t]+$ takes quadratic time for spaces inside the value.
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start += 1;
  while (start < end && isWhiteSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isWhiteSpace = (octet: number) => octet === 0x20 || octet === 0x09;
