/**
 * The headers that the user wants in every handshake, beside what a case writes itself. A case that is
 * about a header has the last word on it: it is sent once, as the case has it, or not at all.
 */

import { decidedHeaders, type Head } from '../format/handshake.ts';
import type { ServerTarget } from '../transport/connect.ts';
import type { Header } from '../wire/http-head.ts';

/** A header that cannot be sent with every handshake; the message says why. */
export class HeaderError extends TypeError {
  override readonly name = 'HeaderError';
}

/** Each is a part of the opening handshake (RFC 6455 §4.1) that cases write, leave out and break. */
const ofTheHandshake: readonly string[] = [
  'connection',
  'sec-websocket-accept',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-version',
  'upgrade',
];

/** RFC 9112 §6: each says that a body follows, and what follows a handshake is frames. */
const ofABody: readonly string[] = ['content-length', 'transfer-encoding'];

/** What stands for the address, and for the page that asks: there is one of each. */
const singular: readonly string[] = ['host', 'origin'];

/** @returns why it cannot be sent with every handshake, as a sentence */
export function problemWith(name: string): string | undefined {
  const known = name.toLowerCase();
  if (ofTheHandshake.includes(known)) {
    return `${name} belongs to the handshake, which the cases are about: it cannot be set.`;
  }
  if (ofABody.includes(known)) {
    return `${name} announces a body, and a handshake has none: it cannot be set.`;
  }
  return undefined;
}

/** @throws {HeaderError} */
export function requireHeaders(headers: readonly Header[]): void {
  const names = headers.map(([name]) => name.toLowerCase());
  for (const [name] of headers) {
    const problem = problemWith(name);
    if (problem) throw new HeaderError(problem);
  }
  for (const name of singular) {
    if (names.indexOf(name) === names.lastIndexOf(name)) continue;
    throw new HeaderError(`${name} is given twice, and a request has one: leave one out.`);
  }
}

/** Those of the user's headers that stand in this head as they are. */
export function headersFor(head: Head, given: readonly Header[]): readonly Header[] {
  if (given.length === 0) return [];
  const decided = decidedHeaders(head);
  // The address in every head is the one that the user gave.
  return given.filter(
    ([name]) => name.toLowerCase() !== 'host' && !decided.has(name.toLowerCase()),
  );
}

/** What the placeholders of a request stand for. */
export function valuesFor({ url, headers }: ServerTarget): Readonly<Record<string, string>> {
  const given = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const host = given('host') ?? url.host;
  const [scheme, otherScheme] = url.protocol === 'wss:' ? ['https', 'http'] : ['http', 'https'];
  return {
    target: `${url.pathname}${url.search}`,
    queryMark: url.search ? '&' : '?',
    host,
    hostname: host.replace(/:\d+$/, ''),
    scheme: scheme!,
    otherScheme: otherScheme!,
    // A user who gives one names a page that the target lets in.
    origin: given('origin') ?? `${scheme}://${host}`,
  };
}
