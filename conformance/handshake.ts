/**
 * Opening handshakes as data: head lines with placeholders, so that a case can write any bytes in
 * any segmentation (RFC 6455 §4.1 for requests, §4.2.2 for responses).
 */
import { createHash } from 'node:crypto';
import type { Payload } from './payload.ts';

export interface Handshake {
  /** What the peer writes as client; `{target}`, `{host}`, `{hostname}`, `{origin}` and `{key}` are filled in. */
  readonly request?: Head;
  /** What the peer writes as server; `{accept}`, `{acceptInOtherCase}` and `{key}` are filled in. */
  readonly response?: Head;
  /** permessage-deflate (or other) extension text, put into whichever head the peer writes. */
  readonly extensions?: { readonly offer?: string; readonly answer?: string };
  /** What a driven client asks for (role client). */
  readonly subprotocols?: readonly string[];
  /** The first bytes of the steps share the segment in which the head ends. */
  readonly coalesced?: boolean;
}

export interface Head {
  /** Start line and header lines in latin1 (one character, one byte), without line ends. */
  readonly lines: readonly string[];
  /** Default CRLF. */
  readonly lineEnd?: string;
  /** Written right behind the head. */
  readonly body?: Payload;
  /** Bytes per segment; one segment where absent. */
  readonly segmentSize?: number;
  /** A segment ends behind the first occurrence of each of these. */
  readonly splitBehind?: readonly string[];
  /** The `Sec-WebSocket-Key` that `{key}` stands for; 16 fresh random bytes where absent. */
  readonly key?: string;
  /** False leaves out the empty line that ends the head. */
  readonly finished?: boolean;
}

export const plainRequest: readonly string[] = [
  'GET {target} HTTP/1.1',
  'Host: {host}',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: {key}',
  'Sec-WebSocket-Version: 13',
];

export const plainResponse: readonly string[] = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: {accept}',
];

export interface HeadEdit extends Omit<Head, 'lines'> {
  readonly startLine?: string;
  /** Replaces the line of that header name, in its place. */
  readonly set?: Readonly<Record<string, string>>;
  /** Removes the line of that header name. */
  readonly without?: readonly string[];
  /** Whole lines, added at the end. */
  readonly add?: readonly string[];
}

/** The plain request with these differences. */
export function request(edit: HeadEdit): Handshake {
  return { request: edited(plainRequest, edit) };
}

/** The plain 101 with these differences. */
export function response(edit: HeadEdit): Handshake {
  return { response: edited(plainResponse, edit) };
}

function edited(plain: readonly string[], edit: HeadEdit): Head {
  const { startLine, set = {}, without = [], add = [], ...rest } = edit;
  const known = plain.slice(1).map(nameOf);
  for (const name of [...Object.keys(set), ...without]) {
    if (!known.includes(name.toLowerCase())) throw new Error(`the plain head has no ${name} line`);
  }
  const replacement = new Map(
    Object.entries(set).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const removed = new Set(without.map((name) => name.toLowerCase()));
  const lines = plain.slice(1).flatMap((line) => {
    const name = nameOf(line);
    if (removed.has(name)) return [];
    const value = replacement.get(name);
    return [value === undefined ? line : `${line.slice(0, line.indexOf(':'))}: ${value}`];
  });
  return { ...rest, lines: [startLine ?? plain[0]!, ...lines, ...add] };
}

const nameOf = (line: string) => line.slice(0, line.indexOf(':')).toLowerCase();

/** The bytes of a head, its placeholders filled in; a value without an entry stays as it is. */
export function writeHead(head: Head, values: Readonly<Record<string, string>>): Buffer {
  const lineEnd = head.lineEnd ?? '\r\n';
  const lines = head.lines.map((line) =>
    line.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder),
  );
  const end = head.finished === false ? '' : lineEnd;
  return Buffer.from(lines.map((line) => line + lineEnd).join('') + end, 'latin1');
}

/** RFC 6455 §4.2.2 item 5.4. */
export function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
