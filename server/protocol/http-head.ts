/**
 * The head of an HTTP/1.1 request: collected from any number of pieces, then parsed line by line.
 * RFC 9112 §2-§5. Strict wherever leniency would let two readers see two different requests.
 */
import { type Refusal, refusals } from './violations.ts';

/** The request that opens a connection. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** Such as `1.1`. */
  readonly httpVersion: string;
  /** Names as sent, values without surrounding whitespace, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface HeadLimits {
  readonly maxHeadBytes: number;
  readonly maxHeaders: number;
  readonly maxTargetBytes: number;
}

const cr = 0x0d;
const lf = 0x0a;

/** Collects bytes up to the empty line that ends the head; each byte is looked at once. */
export class HeadReader {
  readonly #limits: HeadLimits;
  #bytes = Buffer.allocUnsafe(0);
  #length = 0;
  #lines = 0;
  #lineStart = 0;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** What has arrived so far, for display. */
  get seen(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /**
   * Reads bytes[start, end).
   *
   * @returns how many of them belong to the head when it is complete; -1 when more is needed; a
   *   refusal when no continuation could make it valid
   */
  push(bytes: Buffer, start: number, end: number): number | Refusal {
    const from = this.#length;
    this.#keep(bytes, start, Math.min(end, start + this.#limits.maxHeadBytes + 1 - from));
    for (let at = from; at < this.#length; at += 1) {
      const byte = this.#bytes[at]!;
      if (byte === lf) {
        // RFC 9112 §2.2 lets a server accept a bare LF. It is refused here: a proxy in front of us
        // that does not accept it would see a different request.
        if (at === 0 || this.#bytes[at - 1] !== cr) return refusals['bare-line-feed'];
        const empty = at - this.#lineStart === 1;
        this.#lineStart = at + 1;
        // RFC 9112 §2.2: an empty line before the request line is skipped.
        if (empty && this.#lines === 0 && at === 1) continue;
        if (empty) {
          this.#length = at + 1;
          return at + 1 - from;
        }
        this.#lines += 1;
        if (this.#lines - 1 > this.#limits.maxHeaders) return refusals['too-many-headers'];
      } else if (at > 0 && this.#bytes[at - 1] === cr) {
        return refusals['bare-carriage-return'];
      } else if (this.#lines === 0 && at - this.#lineStart >= this.#limits.maxTargetBytes + 64) {
        return refusals['target-too-long'];
      } else if (at === 0 && byte !== cr && (byte <= 0x20 || byte >= 0x7f)) {
        return refusals['malformed-request-line'];
      }
    }
    if (this.#length <= this.#limits.maxHeadBytes) return -1;
    return refusals[this.#lines === 0 ? 'target-too-long' : 'head-too-large'];
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2, 512));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    bytes.copy(this.#bytes, this.#length, start, end);
    this.#length = needed;
  }
}

const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) HTTP\/([0-9]\.[0-9])$/;
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 §5.5: visible characters, obs-text, with spaces and tabs between them.
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Parses a complete head, including the empty line. */
export function parseHead(head: string): RequestHead | Refusal {
  const lines = head.split('\r\n');
  let index = lines[0] === '' ? 1 : 0;
  const line = requestLine.exec(lines[index]!);
  if (line === null) return refusals['malformed-request-line'];
  const headers: [string, string][] = [];
  for (index += 1; index < lines.length - 2; index += 1) {
    const field = parseField(lines[index]!);
    if (!Array.isArray(field)) return field;
    headers.push(field);
  }
  return { method: line[1]!, target: line[2]!, httpVersion: line[3]!, headers };
}

function parseField(line: string): [string, string] | Refusal {
  // RFC 9112 §5.2: a server refuses a folded line or unfolds it.
  if (line.charCodeAt(0) === 0x20 || line.charCodeAt(0) === 0x09) return refusals['folded-header'];
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  if (colon < 1 || !fieldName.test(name)) {
    // RFC 9112 §5.1: whitespace before the colon is refused with 400.
    const spaced = colon > 0 && fieldName.test(name.trimEnd());
    return refusals[spaced ? 'whitespace-before-colon' : 'malformed-header'];
  }
  const value = line.slice(colon + 1);
  if (!fieldValue.test(value)) return refusals['malformed-header'];
  return [name, trimOws(value)];
}

/** Removes the optional whitespace around a value (RFC 9110 §5.6.3: spaces and tabs). */
function trimOws(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isOws(value.charCodeAt(start))) start += 1;
  while (end > start && isOws(value.charCodeAt(end - 1))) end -= 1;
  return value.slice(start, end);
}

function isOws(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}
