/**
 * The opening handshake on the server's side: what the client must have sent (RFC 6455 §4.2.1),
 * the response (§4.2.2), and refusals.
 */
import crypto from 'node:crypto';
import {
  type Extension,
  isToken,
  listsToken,
  parseExtensions,
  parseTokenList,
} from './header-grammar.ts';
import type { RequestHead } from './http-head.ts';
import { type Refusal, refusals } from './violations.ts';

/** RFC 6455 §1.3: fixed, so that the response proves that the server understood the request. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** RFC 6455 §11.3.5: the only version spoken here. */
const spokenVersion = '13';

/** A request that may be answered with 101. */
export interface UpgradeRequest extends RequestHead {
  /** The path, without the query. */
  readonly path: string;
  /** The query without its question mark; empty if there is none. */
  readonly query: string;
  readonly host: string;
  /** Absent when the client is not a browser (RFC 6455 §4.1). */
  readonly origin: string | undefined;
  readonly key: string;
  /** The subprotocols that the client offers, in its order of preference. */
  readonly subprotocols: readonly string[];
  readonly extensions: readonly Extension[];
  /** All values of a header, joined by `, ` (RFC 9110 §5.3); undefined if it is absent. */
  header(name: string): string | undefined;
}

/** base64 of the SHA-1 of a string. */
type Sha1 = (text: string) => string;

/** `crypto.hash`, new in Node 20.12, takes half the time. */
export function pickSha1(hash: typeof crypto.hash | undefined): Sha1 {
  if (hash !== undefined) return (text) => hash('sha1', text, 'base64');
  return (text) => crypto.createHash('sha1').update(text).digest('base64');
}

const sha1 = pickSha1(crypto.hash);

/** RFC 6455 §4.2.2: base64 of the SHA-1 of the key and the GUID. */
export function computeAccept(key: string): string {
  return sha1(key + guid);
}

/** RFC 9112 §3.2: a host as in a URI (RFC 3986 §3.2.2), and optionally a port. */
const hostGrammar = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]+)(?::[0-9]*)?$/;

/** Checks a request against RFC 6455 §4.2.1. */
export function readUpgradeRequest(head: RequestHead): UpgradeRequest | Refusal {
  const fields = new Map<string, string[]>();
  for (const [name, value] of head.headers) {
    const key = name.toLowerCase();
    const before = fields.get(key);
    if (before === undefined) fields.set(key, [value]);
    else before.push(value);
  }
  const values = (name: string): readonly string[] => fields.get(name) ?? [];
  const joined = (name: string): string | undefined => fields.get(name)?.join(', ');

  // RFC 6455 §4.2.1 (1): a GET of HTTP/1.1 or higher; HTTP/2 and later have another format.
  if (!head.httpVersion.startsWith('1.') || head.httpVersion === '1.0') {
    return refusals['http-version'];
  }
  if (head.method !== 'GET') return refusals['method-not-get'];
  const resource = resourceOf(head.target);
  if (resource === undefined) return refusals['target-not-a-path'];
  // §4.2.1 (2): the Host header.
  const hosts = values('host');
  if (hosts.length > 1) return refusals['host-repeated'];
  if (hosts.length === 0 || hosts[0] === '') return refusals['host-missing'];
  if (!hostGrammar.test(hosts[0]!)) return refusals['host-malformed'];
  // §4.2.1 (3): Upgrade names "websocket"; without it the request is an ordinary one.
  const upgrade = joined('upgrade');
  if (upgrade === undefined || !listsToken(upgrade, 'websocket')) {
    return refusals['not-an-upgrade'];
  }
  // §4.2.1 (4): Connection names "Upgrade".
  if (!listsToken(joined('connection') ?? '', 'upgrade')) {
    return refusals['connection-without-upgrade'];
  }
  // §4.2.1 (6): the version comes before the key, which other versions may lack. §4.4: the answer.
  const versions = values('sec-websocket-version');
  if (versions.length > 1) return refusals['version-repeated'];
  if (versions[0] !== spokenVersion) return refusals['version-unsupported'];
  // §4.2.1 (5): a key of 16 bytes in base64, in its only valid spelling.
  const keys = values('sec-websocket-key');
  if (keys.length > 1) return refusals['key-repeated'];
  const key = keys[0];
  if (key === undefined) return refusals['key-missing'];
  if (!isKey(key)) return refusals['key-invalid'];

  const body = bodyOf(values('content-length'), values('transfer-encoding'));
  if (body !== undefined) return body;
  const origins = values('origin');
  if (origins.length > 1) return refusals['origin-repeated'];
  // RFC 6455 §11.3.4: the field may occur more than once in a request.
  const offered = joined('sec-websocket-protocol');
  const subprotocols = offered === undefined ? [] : parseTokenList(offered);
  if (subprotocols === undefined) return refusals['malformed-subprotocols'];
  // RFC 6455 §11.3.2: several fields count as one list. §9.1: a malformed value fails the
  // connection.
  const wanted = joined('sec-websocket-extensions');
  const extensions = wanted === undefined ? [] : parseExtensions(wanted);
  if (extensions === undefined) return refusals['malformed-extensions'];

  // Listed one by one: spreading two objects took most of the time of a handshake (5.5 of 13 us).
  const { method, target, httpVersion, headers } = head;
  const { path, query } = resource;
  return {
    method,
    target,
    httpVersion,
    headers,
    path,
    query,
    host: hosts[0]!,
    origin: origins[0],
    key,
    subprotocols,
    extensions,
    header: (name) => joined(name.toLowerCase()),
  };
}

/** RFC 9112 §3.2: origin-form, or absolute-form, which a server must accept too. */
function resourceOf(target: string): { path: string; query: string } | undefined {
  const origin = target.replace(/^(?:https?|wss?):\/\/[^/?#]+/i, '') || '/';
  const form = origin.startsWith('?') ? `/${origin}` : origin;
  // RFC 6455 §3: a resource name has no fragment.
  if (!form.startsWith('/') || form.includes('#')) return undefined;
  const mark = form.indexOf('?');
  if (mark < 0) return { path: form, query: '' };
  return { path: form.slice(0, mark), query: form.slice(mark + 1) };
}

function isKey(key: string): boolean {
  return key.length === 24 && /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key);
}

// The bytes of a body could be taken for frames, or frames for a second request (RFC 9112 §11.2),
// so a handshake that declares a body is refused.
function bodyOf(lengths: readonly string[], encodings: readonly string[]): Refusal | undefined {
  if (encodings.length > 0) return refusals['body-in-upgrade'];
  if (lengths.length === 0) return undefined;
  if (lengths.length > 1 || !/^[0-9]{1,15}$/.test(lengths[0]!)) {
    return refusals['malformed-content-length'];
  }
  return Number(lengths[0]) === 0 ? undefined : refusals['body-in-upgrade'];
}

/** The length of the body that a request declares, in bytes. */
export function declaredBodyLength(head: RequestHead): number {
  const declared = head.headers.find((header) => header[0].toLowerCase() === 'content-length');
  return declared !== undefined && /^[0-9]{1,15}$/.test(declared[1]) ? Number(declared[1]) : 0;
}

export interface AcceptedHandshake {
  /** One that the client offered, or none. */
  readonly subprotocol?: string | undefined;
  /** The value of Sec-WebSocket-Extensions, or none. */
  readonly extensions?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** RFC 6455 §4.2.2 (5): the response that opens the connection. */
export function acceptResponse(accept: string, accepted: AcceptedHandshake): string {
  let response = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n`;
  if (accepted.subprotocol !== undefined) {
    response += `Sec-WebSocket-Protocol: ${accepted.subprotocol}\r\n`;
  }
  if (accepted.extensions !== undefined) {
    response += `Sec-WebSocket-Extensions: ${accepted.extensions}\r\n`;
  }
  return `${response}${headerLines(accepted.headers ?? {})}\r\n`;
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  414: 'URI Too Long',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
};

/** How a request is refused: an HTTP status, and more headers or a body if needed. */
export interface RefusedHandshake {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Plain text. */
  readonly body: string;
}

/** The answer to a refused handshake: gives the reason, and ends the connection. */
export function refusalResponse(refused: RefusedHandshake, withoutBody = false): string {
  const body = Buffer.from(refused.body, 'utf8').toString('latin1');
  const reason = reasons[refused.status] ?? (refused.status < 500 ? 'Refused' : 'Error');
  return `HTTP/1.1 ${refused.status} ${reason}\r\n${headerLines({
    ...statusHeaders(refused.status),
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(body.length),
    ...refused.headers,
  })}\r\n${withoutBody ? '' : body}`;
}

// RFC 9110 §7.8, §15.5.22: 426 names the protocol to upgrade to, in Upgrade and in Connection.
// RFC 6455 §4.4: an unsupported version is answered with the list of supported ones.
// RFC 9110 §10.2.1: 405 lists the allowed methods.
function statusHeaders(status: number): Record<string, string> {
  if (status === 405) return { Connection: 'close', Allow: 'GET' };
  if (status !== 426) return { Connection: 'close' };
  return {
    Connection: 'Upgrade, close',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': spokenVersion,
  };
}

/** Plain text for a person who opens the address by mistake. */
export function refusalBody(refusal: Refusal): string {
  const advice =
    refusal.rule === 'not-an-upgrade'
      ? "\nOpen it with a WebSocket client, in a page: new WebSocket('ws://…')\n"
      : '\n';
  return `${refusal.sentence}\n(${refusal.rule}, ${refusal.section})\n${advice}`
    .trimEnd()
    .concat('\n');
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  let lines = '';
  for (const [name, value] of Object.entries(headers)) {
    checkHeader(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/** Throws a TypeError for a header that a response cannot contain. */
export function checkHeader(name: string, value: string): void {
  // A line break in a value would inject another header.
  if (!isToken(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new TypeError(`Response header ${JSON.stringify(name)} has a malformed name or value.`);
  }
}

/**
 * Whether only the server may write this header of the opening response: RFC 6455 §11.3.3 and
 * §11.3.4 allow it once; and a 101 has no body to describe (RFC 9110 §8.6).
 */
export function belongsToHandshake(name: string): boolean {
  return /^(?:upgrade|connection|content-length|transfer-encoding|sec-websocket-.*)$/i.test(name);
}
