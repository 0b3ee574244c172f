/** Parses the address and headers of a server target, with helpful errors. */

import { requireHeaders } from '../../play/given-headers.ts';
import type { ServerTarget } from '../../transport/connect.ts';

/** Not an address that can be tested; the message suggests a correction. */
export class TargetUrlError extends Error {
  override readonly name = 'TargetUrlError';
}

/**
 * A server to test.
 * @param address - `ws:` or `wss:`, with the path and query to request
 * @throws {TargetUrlError} if the address cannot be tested; the message says what to write instead
 * @throws {TypeError} if a header cannot be sent with every handshake
 */
export function serverTarget(
  address: string | URL,
  { headers = [], insecure = false, tls }: Partial<Omit<ServerTarget, 'url'>> = {},
): ServerTarget {
  const text = `${address}`;
  // Before any other error about the address, as that quotes it.
  if (hasCredentials(text)) {
    throw new TargetUrlError('credentials in the address are not sent; use --basic user:password');
  }
  const url = parse(text);
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    const meant = `ws${url.href.slice(4)}`;
    throw new TargetUrlError(`${text} is not a WebSocket address; did you mean ${meant} ?`);
  }
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new TargetUrlError(`${text} begins with neither ws:// nor wss://`);
  }
  // RFC 6455 §3: fragment identifiers are meaningless here.
  if (text.includes('#')) {
    throw new TargetUrlError(`${text} has a fragment; WebSocket addresses have none (RFC 6455 §3)`);
  }
  if (!Array.isArray(headers) || !headers.every(isHeader)) {
    throw new TypeError("headers are pairs of names and values: [['Authorization', 'Bearer …']]");
  }
  requireHeaders(headers);
  return { url, headers, insecure, ...(tls && { tls }) };
}

/** RFC 9110 §5.1 and §5.5: a name is a token, and no value holds a line break or NUL. */
const isHeader = ([name, value]: readonly [name: string, value: string]) =>
  /^[!#$%&'*+.^`|~\w-]+$/.test(name) && /^[^\r\n\0]*$/.test(value);

/** `user:secret@` before the host, whatever the rest looks like. */
const hasCredentials = (text: string) => /^\s*(?:[a-z][a-z\d+.-]*:)?[\\/]*[^\\/?#]*@/i.test(text);

function parse(text: string): URL {
  const port = /^:?(\d{1,5})$/.exec(text)?.[1];
  if (port !== undefined) {
    throw new TargetUrlError(`${text} is not an address; did you mean ws://127.0.0.1:${port}/ ?`);
  }
  // `localhost:9001` would parse as the scheme `localhost`.
  if (/^[\w.-]+(:\d+)?(\/|$)/.test(text) || /^\[[\da-f:]+\]/i.test(text)) {
    throw new TargetUrlError(`${text} has no scheme; did you mean ws://${text} ?`);
  }
  if (text.trim() === '') {
    throw new TargetUrlError('the address is empty; it must look like ws://127.0.0.1:9001/');
  }
  try {
    return new URL(text);
  } catch {
    throw new TargetUrlError(`${text} is not an address; it must look like ws://127.0.0.1:9001/`);
  }
}
