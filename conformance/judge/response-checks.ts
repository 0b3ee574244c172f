/** Named checks of the response to a handshake, accepted or refused (RFC 6455 §4.2.2, RFC 9110). */

import type { Reference } from '../format/check.ts';
import { bytesOf, type Payload } from '../format/payload.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { ObservedHead } from '../wire/direction.ts';
import { type HeaderField, headerList, headerValues } from '../wire/http-head.ts';
import { readExtensions } from '../wire/negotiation.ts';
import { placeOfHead, placeOfHeader } from '../wire/place.ts';
import type { Finding, WireRule } from './wire-rule.ts';

type Fault = (response: ObservedHead, conversation: Conversation) => string | Finding | undefined;

/** A check of the final response; without one there is nothing to find. */
function ofResponse(check: Omit<WireRule, 'find'>, fault: Fault): WireRule {
  return {
    ...check,
    find(conversation): Finding | undefined {
      const { head } = conversation.server;
      const found = head && fault(head, conversation);
      if (found === undefined || typeof found === 'object') return found;
      return { observed: found, at: placeOfHead(head!, 'server') };
    },
  };
}

/** A fault of the header of that name; where it is missing, of the whole response. */
const inHeader = (
  head: ObservedHead,
  name: string,
  values: readonly string[],
  more: { readonly seen?: string; readonly isBad?: (field: HeaderField) => boolean } = {},
): Finding => ({
  observed: `${name}: ${quoted(values)}`,
  ...(more.seen !== undefined && { seen: more.seen }),
  at: placeOfHeader(head, 'server', name, more.isBad),
});

const inStartLine = ({ startLine: { text, offset, length } }: ObservedHead): Finding => ({
  observed: JSON.stringify(text).slice(1, -1),
  at: { from: 'server', offset, length },
});

/** 0 if the status line has none. */
const statusOf = ({ startLine }: ObservedHead): number =>
  (startLine.kind === 'response' && startLine.status) || 0;
const quoted = (values: readonly string[]) =>
  values.length === 0 ? 'none' : values.map((value) => JSON.stringify(value)).join(' and ');

export const statusLine = ofResponse(
  {
    rule: 'status-line',
    document: 'RFC 9112',
    section: '4',
    requirement: 'a status line is version, space, status of three digits, space, reason',
    expected: 'the status line of HTTP/1.1: version, space, three digits, space, reason',
  },
  (head) => (/^HTTP\/1\.1 \d{3} /.test(head.startLine.text) ? undefined : inStartLine(head)),
);

export const upgradeHeader = ofResponse(
  {
    rule: 'upgrade-header',
    document: 'RFC 6455',
    section: '4.2.2',
    requirement: 'the Upgrade header of the response is websocket',
    expected: 'one Upgrade header whose value is websocket',
  },
  (head) => {
    const values = headerValues(head, 'Upgrade');
    return values.length === 1 && values[0]!.toLowerCase() === 'websocket'
      ? undefined
      : inHeader(head, 'Upgrade', values);
  },
);

export const connectionHeader = ofResponse(
  {
    rule: 'connection-header',
    document: 'RFC 6455',
    section: '4.2.2',
    requirement: 'the Connection header of the response lists Upgrade',
    expected: 'a Connection header that lists Upgrade',
  },
  (head) =>
    headerList(head, 'Connection').some((option) => option.toLowerCase() === 'upgrade')
      ? undefined
      : inHeader(head, 'Connection', headerValues(head, 'Connection')),
);

export function acceptIs(accept: string): WireRule {
  return ofResponse(
    {
      rule: 'wrong-accept',
      document: 'RFC 6455',
      section: '4.2.2',
      expected: `Sec-WebSocket-Accept: ${accept}`,
    },
    (head) => {
      const values = headerValues(head, 'Sec-WebSocket-Accept');
      return values.length === 1 && values[0] === accept
        ? undefined
        : inHeader(head, 'Sec-WebSocket-Accept', values, { seen: 'another accept value' });
    },
  );
}

/** The header must not be there. */
export function without(
  header: string,
  reference: Reference,
  rule = `unexpected-${header.toLowerCase()}`,
): WireRule {
  return ofResponse({ ...reference, rule, expected: `no ${header} header` }, (head) => {
    const values = headerValues(head, header);
    const seen = `a ${header} header`;
    return values.length === 0 ? undefined : inHeader(head, header, values, { seen });
  });
}

export const wellFormedHead = ofResponse(
  {
    rule: 'response-grammar',
    document: 'RFC 9112',
    section: '2.1',
    requirement: 'a head is lines of name, colon and value, each ended by CRLF',
    expected:
      'a head in the grammar of HTTP/1.1: lines that end in CRLF, names and values in order',
  },
  ({ anomalies: [anomaly] }) => {
    if (!anomaly) return undefined;
    const { name, offset, length } = anomaly;
    const observed = `${name} at byte ${offset}`;
    return { observed, seen: name, at: { from: 'server', offset, length } };
  },
);

const singular = ['Upgrade', 'Sec-WebSocket-Accept', 'Sec-WebSocket-Protocol', 'Content-Length'];
export const singularHeaders = ofResponse(
  {
    rule: 'repeated-header',
    document: 'RFC 6455',
    section: '4.2.2',
    requirement: 'Upgrade, Accept and Protocol stand in the response at most once',
    expected: `at most one each of ${singular.join(', ')}`,
  },
  (head) => {
    const name = singular.find((header) => headerValues(head, header).length > 1);
    return name && inHeader(head, name, headerValues(head, name), { seen: `${name} twice` });
  },
);

/** RFC 6455 §4.2.2: none, or one of the offered in the spelling of the offer. */
export function subprotocolAmong(offered: readonly string[]): WireRule {
  return ofResponse(
    {
      rule: 'subprotocol-not-offered',
      document: 'RFC 6455',
      section: '4.2.2',
      requirement: 'the answer is one of the offered subprotocols, unchanged, or absent',
      expected:
        offered.length === 0 ? 'no Sec-WebSocket-Protocol' : 'one offered subprotocol or none',
    },
    (head) => {
      const values = headerValues(head, 'Sec-WebSocket-Protocol');
      const isFine = values.length === 0 || (values.length === 1 && offered.includes(values[0]!));
      if (isFine) return undefined;
      const list = values.some((value) => value.includes(','));
      const seen =
        values.length > 1
          ? 'several subprotocols'
          : list
            ? 'a list of subprotocols'
            : 'a subprotocol that was not offered';
      const isBad = ({ value }: HeaderField) => !offered.includes(value);
      return inHeader(head, 'Sec-WebSocket-Protocol', values, { seen, isBad });
    },
  );
}

/** RFC 6455 §9.1: only extensions that the client named, and each of its parameters known. */
export function extensionsAmong(offered: readonly string[]): WireRule {
  return ofResponse(
    {
      rule: 'extension-not-offered',
      document: 'RFC 6455',
      section: '9.1',
      requirement: 'a response names extensions of the request alone',
      expected: offered.length === 0 ? 'no Sec-WebSocket-Extensions' : 'only offered extensions',
    },
    (head) => {
      const names = readExtensions(head).map(({ name }) => name);
      const isFine =
        names.every((name) => offered.includes(name)) &&
        (offered.length > 0 || headerValues(head, 'Sec-WebSocket-Extensions').length === 0);
      return isFine ? undefined : inHeader(head, 'Sec-WebSocket-Extensions', names);
    },
  );
}

/** Which parameters an answer may have is checked against the offers in every conversation. */
export const deflateDeclined: WireRule = {
  rule: 'invalid-offer-accepted',
  document: 'RFC 7692',
  section: '7.1',
  expected: 'permessage-deflate declined',
  find: ({ deflate: agreed, server: { head } }) =>
    agreed &&
    head && {
      observed: 'permessage-deflate agreed on an offer that has to be declined',
      at: placeOfHead(head, 'server'),
    },
};

export const errorStatus = ofResponse(
  {
    rule: 'error-status',
    document: 'RFC 6455',
    section: '4.2.1',
    requirement: 'a handshake that does not match is answered with an error status',
    expected: 'a status of 400 to 599',
  },
  (head) => (statusOf(head) >= 400 ? undefined : inStartLine(head)),
);

export const listsVersion13 = ofResponse(
  {
    rule: 'versions-not-listed',
    document: 'RFC 6455',
    section: '4.2.2',
    requirement: 'a version that is not spoken is answered with those that are',
    expected: 'a Sec-WebSocket-Version header that lists 13',
  },
  (head) =>
    headerList(head, 'Sec-WebSocket-Version').includes('13')
      ? undefined
      : inHeader(head, 'Sec-WebSocket-Version', headerValues(head, 'Sec-WebSocket-Version')),
);

/** A header that a response of that status owes. */
export function headerOfStatus(status: number, header: string, reference: Reference): WireRule {
  return ofResponse(
    {
      ...reference,
      rule: `missing-${header.toLowerCase()}`,
      expected: `a response of ${status} with a ${header} header`,
    },
    (head) =>
      statusOf(head) !== status || hasField(head.headers, header)
        ? undefined
        : `${head.startLine.text} without ${header}`,
  );
}

const hasField = (fields: readonly HeaderField[], name: string) =>
  fields.some((field) => field.name.toLowerCase() === name.toLowerCase());

/** Nothing after a refusal shows that `payload` was taken for the content of a frame. */
export function noEchoAfterRefusal(payload: Payload): WireRule {
  return {
    rule: 'frame-after-refusal',
    document: 'RFC 6455',
    section: '4.2.1',
    expected: 'no frame after a refusal',
    find({ server }) {
      const index = Buffer.from(server.body).indexOf(bytesOf(payload));
      if (index === -1 || !server.head) return undefined;
      const offset = server.head.offset + server.head.length + index;
      const { length } = bytesOf(payload);
      return { observed: 'an answer to a frame', at: { from: 'server', offset, length } };
    },
  };
}

/** RFC 9112 §9.6: the close option of a response is a promise, and its sender's to keep. */
export const closeOptionKept: WireRule = {
  rule: 'refusal-left-open',
  document: 'RFC 9112',
  section: '9.6',
  requirement: 'a server that sends the close option ends the connection after that response',
  expected: 'the end of TCP after a response that says Connection: close',
  find({ server: { head, ending } }) {
    const options = head ? headerList(head, 'Connection') : [];
    if (!head || !options.some((option) => option.toLowerCase() === 'close')) return undefined;
    if (ending.how === 'fin' || ending.how === 'rst') return undefined;
    const observed = 'Connection: close, and a connection that stays open';
    return { observed, at: placeOfHeader(head, 'server', 'Connection') };
  },
};

export const noSwitchAfterRefusal: WireRule = {
  rule: 'switch-after-refusal',
  document: 'RFC 6455',
  section: '4.2.1',
  expected: 'no 101 after a refusal',
  find({ server }) {
    const index = Buffer.from(server.body).indexOf('HTTP/1.1 101');
    if (index === -1 || !server.head) return undefined;
    const offset = server.head.offset + server.head.length + index;
    return { observed: 'a 101 after the refusal', at: { from: 'server', offset, length: 12 } };
  },
};
