/** Decides whether a request is accepted, and which endpoint handles it. */

import {
  belongsToHandshake,
  checkHeader,
  type RefusedHandshake,
  type UpgradeRequest,
} from '../protocol/handshake.ts';
import { isToken } from '../protocol/header-grammar.ts';
import type { Behaviour } from './behaviour.ts';
import type { Decision } from './server-side.ts';

/** The options that decide about a request, in the order in which they apply. */
export interface DecisionOptions {
  /**
   * Origins whose pages may connect, such as `https://example.com`, compared as strings; any origin
   * when left out. Requests without an Origin, which browsers never send, are not affected.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The behaviour for each path, or a function that returns it. No behaviour: 404. */
  readonly endpoints:
    | Readonly<Record<string, Behaviour>>
    | ((request: UpgradeRequest) => Behaviour | undefined);
  /** The subprotocols spoken here, or a function that picks one of those offered. */
  readonly subprotocols?:
    | readonly string[]
    | ((request: UpgradeRequest) => string | undefined)
    | undefined;
  /** Refuses a request, for instance with 401 and a WWW-Authenticate header. */
  readonly verify?:
    | ((
        request: UpgradeRequest,
      ) => RefusedHandshake | undefined | Promise<RefusedHandshake | undefined>)
    | undefined;
  /** Headers to add to the response, such as Set-Cookie. */
  readonly responseHeaders?:
    | ((request: UpgradeRequest) => Readonly<Record<string, string>>)
    | undefined;
}

export const decisionOptionNames: readonly (keyof DecisionOptions)[] = [
  'endpoints',
  'allowedOrigins',
  'subprotocols',
  'verify',
  'responseHeaders',
];

export function decide(
  options: DecisionOptions,
  request: UpgradeRequest,
): Decision | Promise<Decision> {
  const { allowedOrigins, verify } = options;
  // RFC 6455 §4.2.2, §10.2: browsers send an Origin; other clients have none to check.
  if (allowedOrigins !== undefined && request.origin !== undefined) {
    if (!allowedOrigins.includes(request.origin)) return { refuse: 'origin-refused' };
  }
  const refused = verify?.(request);
  if (refused instanceof Promise) {
    return refused.then((known) =>
      known === undefined ? choose(options, request) : refuse(known),
    );
  }
  return refused === undefined ? choose(options, request) : refuse(refused);
}

function refuse(refused: RefusedHandshake): Decision {
  const { status } = refused;
  if (!Number.isInteger(status) || status < 300 || status > 599) {
    throw new RangeError(`Option verify must refuse with a status from 300 to 599; got ${status}.`);
  }
  for (const [name, value] of Object.entries(refused.headers ?? {})) checkHeader(name, value);
  return { refuse: refused };
}

function choose(options: DecisionOptions, request: UpgradeRequest): Decision {
  const { endpoints, responseHeaders } = options;
  const behaviour =
    typeof endpoints === 'function'
      ? endpoints(request)
      : Object.hasOwn(endpoints, request.path)
        ? endpoints[request.path]
        : undefined;
  if (behaviour === undefined) return { refuse: 'no-such-endpoint' };
  const subprotocol = chooseSubprotocol(options, request);
  const headers = responseHeaders?.(request);
  for (const [name, value] of Object.entries(headers ?? {})) {
    checkHeader(name, value);
    if (!belongsToHandshake(name)) continue;
    throw new TypeError(
      `Option responseHeaders returned ${name}, which only the server may write.`,
    );
  }
  return { behaviour, subprotocol, headers };
}

/** RFC 6455 §4.2.2: one of the client's subprotocols, in its order of preference, or none. */
function chooseSubprotocol(
  { subprotocols }: DecisionOptions,
  request: UpgradeRequest,
): string | undefined {
  if (typeof subprotocols !== 'function') {
    return request.subprotocols.find((name) => subprotocols?.includes(name));
  }
  const chosen = subprotocols(request);
  if (chosen !== undefined && !request.subprotocols.includes(chosen)) {
    throw new Error(`Option subprotocols chose "${chosen}", which the client did not offer.`);
  }
  return chosen;
}

/** Throws a TypeError that names the invalid option and what it should be. */
export function checkDecisionOptions(options: DecisionOptions): void {
  const { allowedOrigins, endpoints, subprotocols } = options;
  if (typeof endpoints !== 'function' && (typeof endpoints !== 'object' || endpoints === null)) {
    throw new TypeError(
      `Option endpoints must map paths to behaviours, or be a function; got ${String(endpoints)}.`,
    );
  }
  for (const [path, behaviour] of typeof endpoints === 'function'
    ? []
    : Object.entries(endpoints)) {
    if (!path.startsWith('/') || path.includes('?')) {
      throw new TypeError(
        `Option endpoints: a path begins with "/" and has no query; got ${JSON.stringify(path)}.`,
      );
    }
    checkBehaviour(path, behaviour);
  }
  checkList('allowedOrigins', allowedOrigins);
  for (const origin of allowedOrigins ?? []) {
    if (origin !== 'null' && (!URL.canParse(origin) || serialized(origin) !== origin)) {
      throw new TypeError(
        `Option allowedOrigins takes origins such as "https://example.com"; got ${JSON.stringify(origin)}.`,
      );
    }
  }
  if (typeof subprotocols !== 'function') checkList('subprotocols', subprotocols);
  for (const name of typeof subprotocols === 'function' ? [] : (subprotocols ?? [])) {
    if (!isToken(name)) {
      throw new TypeError(
        `Option subprotocols takes tokens (RFC 9110 §5.6.2); got ${JSON.stringify(name)}.`,
      );
    }
  }
  for (const name of ['verify', 'responseHeaders'] as const) {
    const option: unknown = options[name];
    if (option !== undefined && typeof option !== 'function') {
      throw new TypeError(`Option ${name} must be a function; got ${String(option)}.`);
    }
  }
}

/** A string is iterable too, but is never a valid list here. */
function checkList(name: string, list: unknown): void {
  if (list === undefined || Array.isArray(list)) return;
  throw new TypeError(`Option ${name} must be a list; got ${JSON.stringify(list)}.`);
}

const handlerNames = ['open', 'message', 'ping', 'pong', 'drain', 'close'] as const;

function checkBehaviour(path: string, behaviour: Behaviour): void {
  if (typeof behaviour !== 'object' || behaviour === null) {
    throw new TypeError(
      `Option endpoints: the behaviour at ${path} must be an object of handlers; got ${String(behaviour)}.`,
    );
  }
  for (const name of handlerNames) {
    const handler: unknown = behaviour[name];
    if (handler !== undefined && typeof handler !== 'function') {
      throw new TypeError(
        `Option endpoints: ${name} at ${path} must be a function; got ${String(handler)}.`,
      );
    }
  }
}

/** An origin as browsers send it (RFC 6454 §6.2). Schemes unknown to the URL standard are kept. */
function serialized(origin: string): string {
  const url = new URL(origin);
  return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
}
