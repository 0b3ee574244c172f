/** Named looks at the response to a handshake, accepted or refused (RFC 6455 §4.2.2, RFC 9110). */

import { bytesOf, type Payload } from '../payload.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { ObservedHead } from '../wire/direction.ts';
import { type HeaderField, headerList, headerValues } from '../wire/http-head.ts';
import { readExtensions } from '../wire/negotiation.ts';
import type { Check, Finding } from './check.ts';

type Fault = (response: ObservedHead, conversation: Conversation) => string | undefined;

/** A check of the final response; without one there is nothing to find. */
function ofResponse(check: Omit<Check, 'find'>, fault: Fault): Check {
  return {
    ...check,
    find(conversation): Finding | undefined {
      const { head } = conversation.server;
      const observed = head && fault(head, conversation);
      if (observed === undefined) return undefined;
      return { observed, at: { from: 'server', offset: head!.offset, length: head!.length } };
    },
  };
}

const statusOf = ({ startLine }: ObservedHead) =>
  startLine.kind === 'response' ? startLine.status : undefined;
const quoted = (values: readonly string[]) =>
  values.length === 0 ? 'none' : values.map((value) => JSON.stringify(value)).join(' and ');

export const statusLine = ofResponse(
  {
    rule: 'status-line',
    document: 'RFC 9112',
    section: '4',
    expected: 'the status line of HTTP/1.1: version, space, three digits, space, reason',
  },
  ({ startLine: { text } }) => (/^HTTP\/1\.1 \d{3} /.test(text) ? undefined : JSON.stringify(text)),
);

export const upgradeHeader = ofResponse(
  {
    rule: 'upgrade-header',
    document: 'RFC 6455',
    section: '4.2.2',
    expected: 'one Upgrade header whose value is websocket',
  },
  (head) => {
    const values = headerValues(head, 'Upgrade');
    return values.length === 1 && values[0]!.toLowerCase() === 'websocket'
      ? undefined
      : `Upgrade: ${quoted(values)}`;
  },
);

export const connectionHeader = ofResponse(
  {
    rule: 'connection-header',
    document: 'RFC 6455',
    section: '4.2.2',
    expected: 'a Connection header that lists Upgrade',
  },
  (head) =>
    headerList(head, 'Connection').some((option) => option.toLowerCase() === 'upgrade')
      ? undefined
      : `Connection: ${quoted(headerValues(head, 'Connection'))}`,
);

export function acceptIs(accept: string): Check {
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
        : `Sec-WebSocket-Accept: ${quoted(values)}`;
    },
  );
}

/** The header must not be there. */
export function without(
  header: string,
  document: Check['document'],
  section: string,
  rule = `unexpected-${header.toLowerCase()}`,
): Check {
  return ofResponse({ rule, document, section, expected: `no ${header} header` }, (head) => {
    const values = headerValues(head, header);
    return values.length === 0 ? undefined : `${header}: ${quoted(values)}`;
  });
}

export const wellFormedHead = ofResponse(
  {
    rule: 'response-grammar',
    document: 'RFC 9112',
    section: '2.1',
    expected:
      'a head in the grammar of HTTP/1.1: lines that end in CRLF, names and values in order',
  },
  ({ oddities }) => oddities[0] && `${oddities[0].name} at byte ${oddities[0].offset}`,
);

const singular = ['Upgrade', 'Sec-WebSocket-Accept', 'Sec-WebSocket-Protocol', 'Content-Length'];
export const singularHeaders = ofResponse(
  {
    rule: 'repeated-header',
    document: 'RFC 6455',
    section: '4.2.2',
    expected: `at most one each of ${singular.join(', ')}`,
  },
  (head) => {
    const name = singular.find((header) => headerValues(head, header).length > 1);
    return name && `${name}: ${quoted(headerValues(head, name))}`;
  },
);

/** RFC 6455 §4.2.2: none, or one of the offered in the spelling of the offer. */
export function subprotocolAmong(offered: readonly string[]): Check {
  return ofResponse(
    {
      rule: 'subprotocol-not-offered',
      document: 'RFC 6455',
      section: '4.2.2',
      expected:
        offered.length === 0 ? 'no Sec-WebSocket-Protocol' : 'one offered subprotocol or none',
    },
    (head) => {
      const values = headerValues(head, 'Sec-WebSocket-Protocol');
      const isFine = values.length === 0 || (values.length === 1 && offered.includes(values[0]!));
      return isFine ? undefined : `Sec-WebSocket-Protocol: ${quoted(values)}`;
    },
  );
}

/** RFC 6455 §9.1: only extensions that the client named, and each of its parameters known. */
export function extensionsAmong(offered: readonly string[]): Check {
  return ofResponse(
    {
      rule: 'extension-not-offered',
      document: 'RFC 6455',
      section: '9.1',
      expected: offered.length === 0 ? 'no Sec-WebSocket-Extensions' : 'only offered extensions',
    },
    (head) => {
      const names = readExtensions(head).map(({ name }) => name);
      const isFine =
        names.every((name) => offered.includes(name)) &&
        (offered.length > 0 || headerValues(head, 'Sec-WebSocket-Extensions').length === 0);
      return isFine ? undefined : `Sec-WebSocket-Extensions: ${quoted(names)}`;
    },
  );
}

export const errorStatus = ofResponse(
  {
    rule: 'error-status',
    document: 'RFC 6455',
    section: '4.2.1',
    expected: 'a status of 400 to 599',
  },
  (head) => ((statusOf(head) ?? 0) >= 400 ? undefined : head.startLine.text),
);

export const listsVersion13 = ofResponse(
  {
    rule: 'versions-not-listed',
    document: 'RFC 6455',
    section: '4.2.2',
    expected: 'a Sec-WebSocket-Version header that lists 13',
  },
  (head) =>
    headerList(head, 'Sec-WebSocket-Version').includes('13')
      ? undefined
      : `Sec-WebSocket-Version: ${quoted(headerValues(head, 'Sec-WebSocket-Version'))}`,
);

/** A header that a response of that status owes. */
export function owes(status: number, header: string, document: Check['document'], section: string) {
  return ofResponse(
    {
      rule: `missing-${header.toLowerCase()}`,
      document,
      section,
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

/** Nothing behind a refusal shows that `payload` was taken for the content of a frame. */
export function neverEchoes(payload: Payload): Check {
  return {
    rule: 'frame-after-refusal',
    document: 'RFC 6455',
    section: '4.2.1',
    expected: 'no frame behind a refusal',
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
export const endsAsItSays: Check = {
  rule: 'refusal-left-open',
  document: 'RFC 9112',
  section: '9.6',
  expected: 'the end of TCP behind a response that says Connection: close',
  find({ server: { head, ending } }) {
    const options = head ? headerList(head, 'Connection') : [];
    if (!head || !options.some((option) => option.toLowerCase() === 'close')) return undefined;
    if (ending.how === 'fin' || ending.how === 'rst') return undefined;
    const { offset, length } = head;
    const observed = 'Connection: close, and a connection that stays open';
    return { observed, at: { from: 'server', offset, length } };
  },
};

export const noSwitchLater: Check = {
  rule: 'switch-after-refusal',
  document: 'RFC 6455',
  section: '4.2.1',
  expected: 'no 101 behind a refusal',
  find({ server }) {
    const index = Buffer.from(server.body).indexOf('HTTP/1.1 101');
    if (index === -1 || !server.head) return undefined;
    const offset = server.head.offset + server.head.length + index;
    return { observed: 'a 101 behind the refusal', at: { from: 'server', offset, length: 12 } };
  },
};
