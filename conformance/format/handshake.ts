/**
 * Opening handshakes as data (RFC 6455 §4.1 for requests, §4.2.2 for responses). A case that only
 * adds fields says so without regard to the version of HTTP. A case about the bytes of HTTP/1.1
 * writes its own head lines, in any segmentation.
 */

import { createHash } from 'node:crypto';
import type { Header } from '../wire/http-head.ts';
import type { Payload } from './payload.ts';

/** The opening handshake of a case, where it is not the plain one (§4). */
export interface Handshake {
  /**
   * What the peer sends as client: fields beyond those of every request, or a whole head of HTTP/1.1.
   * Filled in are `{target}`, `{queryMark}` (`&` where the target has
   * a query, else `?`), `{host}`, `{hostname}`, `{scheme}` and `{otherScheme}` (`http` and `https`, the
   * one of the target first), `{origin}` and `{key}`.
   */
  readonly request?: RequestFields | Head;
  /**
   * What the peer sends as server: fields beyond those of every response, or a whole head of HTTP/1.1.
   * `{accept}`, `{acceptInOtherCase}` and `{key}` are filled in.
   */
  readonly response?: ResponseFields | Head;
  /** permessage-deflate (or other) extension text, put into whichever head the peer writes. */
  readonly extensions?: {
    readonly offer?: string;
    /** What one of the client's offers requires beside it is added; see `play/extension-answer.ts`. */
    readonly answer?: string;
    /** The case means nothing where a client asks that the server keep no context. */
    readonly keepsContext?: true;
  };
  /** What a driven client asks for (role client). */
  readonly subprotocols?: readonly string[];
  /** The first bytes of the steps share the segment in which the head ends. */
  readonly coalesced?: boolean;
}

/** Sent in this order, after the fields that every request has. */
export interface RequestFields {
  readonly origin?: string;
  /** Offered in one field, in this order. */
  readonly subprotocols?: readonly string[];
  readonly fields?: readonly Header[];
  /** Headers that the user's own may not add either: the case is about a request without them. */
  readonly absent?: readonly string[];
}

/** Sent in this order, after the fields that every response has. */
export interface ResponseFields {
  readonly subprotocol?: string;
  readonly fields?: readonly Header[];
}

/** A head of HTTP/1.1. */
export interface Head {
  /** Start line and header lines in latin1 (one character, one byte), without line ends. */
  readonly lines: readonly string[];
  /** Default CRLF. */
  readonly lineEnd?: string;
  /** Written right after the head. */
  readonly body?: Payload;
  /** Bytes per segment; one segment where absent. */
  readonly segmentSize?: number;
  /** A segment ends after the first occurrence of each of these, placeholders not filled in. */
  readonly splitAfter?: readonly string[];
  /** Headers that the user's own may not add either: the case is about a head without them. */
  readonly absent?: readonly string[];
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

/** The request of HTTP/1.1 that a case has in place of the plain one. */
export function requestOf(handshake: Handshake | undefined): Head | undefined {
  const request = handshake?.request;
  if (!request || 'lines' in request) return request;
  const { origin, subprotocols, fields = [], absent = [] } = request;
  const added: Header[] = [];
  if (origin !== undefined) added.push(['Origin', origin]);
  if (subprotocols) added.push(['Sec-WebSocket-Protocol', subprotocols.join(', ')]);
  return { lines: withFields(plainRequest, [...added, ...fields]), absent };
}

/** The response of HTTP/1.1 that a case has in place of the plain one. */
export function responseOf(handshake: Handshake | undefined): Head | undefined {
  const response = handshake?.response;
  if (!response || 'lines' in response) return response;
  const { subprotocol, fields = [] } = response;
  const added: Header[] =
    subprotocol === undefined ? [] : [['Sec-WebSocket-Protocol', subprotocol]];
  return { lines: withFields(plainResponse, [...added, ...fields]) };
}

const withFields = (plain: readonly string[], fields: readonly Header[]) => [
  ...plain,
  ...fields.map(([name, value]) => `${name}: ${value}`),
];

/** How a head differs from the plain one. */
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

type Values = Readonly<Record<string, string>>;

/** The bytes of a head, its placeholders filled in; a value without an entry stays as it is. */
export function writeHead(head: Head, values: Values): Buffer {
  return fillIn(templateOf(head), values);
}

export interface SegmentedHead {
  readonly bytes: Buffer;
  /** Where segments end, in order (`splitAfter`). */
  readonly ends: readonly number[];
}

/**
 * The same with header lines that are no part of the case. They stand in front of its last plain line,
 * so that the case's own lines are the first and the last, and none of them continues a stranger's.
 */
export function writeHeadWith(given: readonly Header[], head: Head, values: Values): SegmentedHead {
  const { lineEnd = crlf, splitAfter = [] } = head;
  const template = templateOf(head);
  const place = placeForMore(head) ?? template.length;
  const more = Buffer.from(given.map(([name, value]) => `${name}: ${value}${lineEnd}`).join(''));
  const upTo = (end: number) =>
    end <= place
      ? fillIn(template.slice(0, end), values)
      : Buffer.concat([
          fillIn(template.slice(0, place), values),
          more,
          fillIn(template.slice(place, end), values),
        ]);
  const ends = splitAfter.map((text) => {
    const start = template.indexOf(text);
    if (start === -1) throw new Error(`the head has no ${JSON.stringify(text)} to split after`);
    return upTo(start + text.length).length;
  });
  return { bytes: upTo(template.length), ends: ends.sort((one, other) => one - other) };
}

const crlf = '\r\n';

function templateOf({ lines, lineEnd = crlf, finished = true }: Head): string {
  return lines.map((line) => line + lineEnd).join('') + (finished ? lineEnd : '');
}

function fillIn(template: string, values: Values): Buffer {
  const filled = template.replaceAll(
    /\{(\w+)\}/g,
    (placeholder, name: string) => values[name] ?? placeholder,
  );
  return Buffer.from(filled, 'latin1');
}

/** @returns undefined where the head ends before its first header could begin */
function placeForMore({ lines, lineEnd = crlf, finished = true }: Head): number | undefined {
  const plain = plainRequest.slice(1).map((line) => line.toLowerCase());
  const last = lines.findLastIndex((line) => plain.includes(line.toLowerCase()));
  if (last === -1 && !finished) return undefined;
  const before = lines.slice(0, last === -1 ? lines.length : last);
  return before.reduce((sum, line) => sum + line.length + lineEnd.length, 0);
}

/**
 * The names of all headers that a case decides about, in lower case: those that it writes itself, and
 * those that it must be without.
 */
export function decidedHeaders({ lines, absent = [] }: Head): ReadonlySet<string> {
  const written = lines.flatMap((line) => line.split(/[\r\n]+/)).map((line) => nameOf(line).trim());
  return new Set([...written, ...absent.map((name) => name.toLowerCase())]);
}

/** Those of the user's headers that a case has its own of, or none. */
export function replacedHeaders(head: Head | undefined, given: readonly string[]): string[] {
  const decided = head && decidedHeaders(head);
  return decided ? given.filter((name) => decided.has(name.toLowerCase())) : [];
}

/** RFC 6455 §4.2.2 item 5.4. */
export function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
