/**
 * The rules for every recorded connection between a page and a server, and the wire as a log that a
 * spec compares as a whole. Based only on the tap's recording, with the reader of conformance/.
 */
import { ofEveryConversation } from '../conformance/judge/checks.ts';
import type { Conversation } from '../conformance/wire/conversation.ts';
import { frameTitle } from '../conformance/wire/dissect-frame.ts';
import { type HttpHead, headerList, headerValues } from '../conformance/wire/http-head.ts';
import { quote } from '../conformance/wire/printable.ts';
import type { Side } from '../conformance/wire/timeline.ts';

/** What the request must contain: it depends on the page and on the address it connects to. */
export interface Route {
  /** `http://localhost:3201` */
  readonly origin: string;
  /** `127.0.0.1:40123` */
  readonly host: string;
}

export interface BrokenRule {
  readonly from: Side;
  readonly rule: string;
  readonly observed: string;
}

/** @returns the problem, or undefined */
type Rule = (conversation: Conversation, route: Route) => string | undefined;

/** RFC 6455 §4.1, and §1.3 for a page. */
const requestRules: Readonly<Record<string, Rule>> = {
  'request-line': onRequest(({ startLine }) =>
    startLine.kind === 'request' &&
    startLine.method === 'GET' &&
    startLine.target.startsWith('/') &&
    startLine.version === 'HTTP/1.1'
      ? undefined
      : startLine.text,
  ),
  'request-host': onRequest((head, { host }) => only(head, 'Host', [host])),
  'request-upgrade': onRequest((head) => listed(head, 'Upgrade', 'websocket')),
  'request-connection': onRequest((head) => listed(head, 'Connection', 'upgrade')),
  'request-key': onRequest((head) => {
    const keys = headerValues(head, 'Sec-WebSocket-Key');
    const bytes = Buffer.from(keys[0] ?? '', 'base64');
    const isKey = keys.length === 1 && bytes.length === 16 && bytes.toString('base64') === keys[0];
    return isKey ? undefined : `Sec-WebSocket-Key: ${keys.join(' and ')}`;
  }),
  'request-version': onRequest((head) => only(head, 'Sec-WebSocket-Version', ['13'])),
  'request-origin': onRequest((head, { origin }) => only(head, 'Origin', [origin])),
  'request-duplicate-header': onRequest(duplicate),
  'request-syntax': onRequest(anomalies),
};

/** RFC 6455 §4.2.2; Sec-WebSocket-Accept is among the rules of every conversation. */
const responseRules: Readonly<Record<string, Rule>> = {
  'response-status-line': onResponse(({ startLine }) =>
    startLine.text === 'HTTP/1.1 101 Switching Protocols' ? undefined : startLine.text,
  ),
  'response-upgrade': onResponse((head) => listed(head, 'Upgrade', 'websocket')),
  'response-connection': onResponse((head) => listed(head, 'Connection', 'upgrade')),
  'response-subprotocol': onResponse((head, { client }) =>
    unasked(
      headerValues(head, 'Sec-WebSocket-Protocol'),
      client.head ? headerList(client.head, 'Sec-WebSocket-Protocol') : [],
    ),
  ),
  // RFC 9110 §8.6 and RFC 9112 §6.1: a 1xx response has no body to describe.
  'response-body': onResponse((head) => {
    const described = ['Content-Length', 'Transfer-Encoding'].filter(
      (name) => headerValues(head, name).length > 0,
    );
    return described.length === 0 ? undefined : described.join(', ');
  }),
  'response-duplicate-header': onResponse(duplicate),
  'response-syntax': onResponse(anomalies),
};

const streamRules: Readonly<
  Record<string, (conversation: Conversation, side: Side) => string | undefined>
> = {
  ...Object.fromEntries(
    ofEveryConversation.map((check) => [
      check.rule,
      (conversation: Conversation, side: Side) => check.find(conversation, side)?.observed,
    ]),
  ),
  'cut-frame': (conversation, side) => {
    const { rest, ending } = conversation[side];
    return ending.how !== 'open' && rest.bytes.length > 0
      ? `${rest.bytes.length} bytes that do not form a frame`
      : undefined;
  },
  // RFC 6455 §5.3: the key is new for every frame.
  'repeated-masking-key': (conversation, side) => {
    const keys = conversation[side].frames.flatMap(({ maskKey }) =>
      maskKey ? [Buffer.from(maskKey).toString('hex')] : [],
    );
    return repeated(keys);
  },
};

/** Every rule there is, for the spec that shows that each can be broken. */
export const wireRules: readonly string[] = [
  ...Object.keys(requestRules),
  ...Object.keys(responseRules),
  ...Object.keys(streamRules),
];

/** All rules that a connection to a WebSocket endpoint broke, those of the handshake first. */
export function brokenRules(conversation: Conversation, route: Route): BrokenRule[] {
  const handshake = Object.entries({ ...requestRules, ...responseRules }).map(
    ([rule, find]) =>
      [rule in requestRules ? 'client' : 'server', rule, find(conversation, route)] as const,
  );
  const streams = Object.entries(streamRules).flatMap(([rule, find]) =>
    (['client', 'server'] as const).map((side) => [side, rule, find(conversation, side)] as const),
  );
  return [...handshake, ...streams].flatMap(([from, rule, observed]) =>
    observed === undefined ? [] : [{ from, rule, observed }],
  );
}

/** The keys of a request. RFC 6455 §4.1: exactly one, new for each connection. */
export function handshakeKeys({ client }: Conversation): readonly string[] {
  return client.head ? headerValues(client.head, 'Sec-WebSocket-Key') : [];
}

/**
 * A connection line by line: start lines, frames, and how both directions ended.
 * `client text frame, FIN, masked, 3 bytes: "abc"`
 */
export function wireLog({ events, client, server }: Conversation): string[] {
  const lines = events.flatMap((event) => {
    if (event.kind === 'head') return [`${event.from} ${event.head.startLine.text}`];
    // A Close frame is shown with its code, and is already in the list of frames.
    if (event.kind === 'close') {
      const { code, reason } = event.close;
      return [`${event.from} close ${code ?? 'without a code'}, ${quote(reason)}`];
    }
    if (event.kind !== 'frame' || event.frame.opcode === 8) return [];
    return [`${event.from} ${frameTitle(event.frame)}: ${quote(event.frame.payload)}`];
  });
  return [...lines, `ended: client ${client.ending.how}, server ${server.ending.how}`];
}

function onRequest(find: (head: HttpHead, route: Route) => string | undefined): Rule {
  return ({ client }, route) => (client.head ? find(client.head, route) : 'no request');
}

function onResponse(
  find: (head: HttpHead, conversation: Conversation) => string | undefined,
): Rule {
  return (conversation) =>
    conversation.server.head ? find(conversation.server.head, conversation) : 'no response';
}

function only(head: HttpHead, name: string, wanted: readonly string[]): string | undefined {
  const values = headerValues(head, name);
  return values.join() === wanted.join() ? undefined : `${name}: ${values.join(' and ')}`;
}

function listed(head: HttpHead, name: string, token: string): string | undefined {
  const tokens = headerList(head, name);
  return tokens.some((member) => member.toLowerCase() === token)
    ? undefined
    : `${name}: ${tokens.join(', ')}`;
}

function unasked(answered: readonly string[], offered: readonly string[]): string | undefined {
  return answered.find((name) => !offered.includes(name));
}

function duplicate(head: HttpHead): string | undefined {
  return repeated(head.headers.map(({ name }) => name.toLowerCase()));
}

function anomalies(head: HttpHead): string | undefined {
  return head.anomalies[0]?.name;
}

/** The first value that occurred before. */
export function repeated(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}
