/** What every opening handshake of a client must satisfy, accepted or not (RFC 6455 §4.1). */

import { type HttpHead, headerList, headerValues } from '../wire/http-head.ts';
import { placeOfHeader } from '../wire/place.ts';
import type { Finding, WireRule } from './wire-rule.ts';

type RequestFault = (request: HttpHead) => Finding | undefined;

function everyRequest(
  check: Omit<WireRule, 'document' | 'find'> & Partial<Pick<WireRule, 'document'>>,
  fault: RequestFault,
): WireRule {
  return {
    document: 'RFC 6455',
    ...check,
    find({ client: { head } }, target) {
      return target === 'client' && head?.complete ? fault(head) : undefined;
    },
  };
}

/** A fault of the header of that name, or of its absence. */
const inHeader = (request: HttpHead, name: string, value: string, seen?: string): Finding => ({
  observed: `${name}: ${value}`,
  ...(seen !== undefined && { seen }),
  at: placeOfHeader(request, 'client', name),
});

const count = (values: readonly string[]) =>
  values.length === 0 ? 'none' : values.map((value) => JSON.stringify(value)).join(' and ');

/** Headers that stand in a request exactly once (§4.1 items 4, 7, 9; §11.3.1, §11.3.5). */
const once = ['Host', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'];
/** §4.1 items 5, 8: nothing is said of lists in these. */
const atMostOnce = ['Origin', 'Upgrade', 'Content-Length'];

export const ofEveryRequest: readonly WireRule[] = [
  everyRequest(
    {
      rule: 'bad-request-line',
      section: '4.1',
      requirement: 'a handshake is a GET request of HTTP/1.1 or higher for a resource name',
      expected: 'GET and HTTP/1.1, with the resource name as target',
    },
    ({ startLine }) => {
      const { text, offset, length } = startLine;
      const isGood =
        startLine.kind === 'request' &&
        startLine.method === 'GET' &&
        startLine.version === 'HTTP/1.1' &&
        startLine.target.startsWith('/');
      if (isGood) return undefined;
      return {
        observed: text,
        seen: 'another request line',
        at: { from: 'client', offset, length },
      };
    },
  ),
  everyRequest(
    {
      rule: 'malformed-request',
      section: '4.1',
      requirement: 'a handshake is a valid HTTP request',
      expected: 'a request that is well-formed HTTP',
    },
    ({ anomalies: [anomaly] }) => {
      if (!anomaly) return undefined;
      const { name, offset, length } = anomaly;
      return { observed: name.replaceAll('-', ' '), at: { from: 'client', offset, length } };
    },
  ),
  everyRequest(
    {
      rule: 'repeated-header',
      section: '4.1',
      requirement: 'a handshake has each of its headers as often as it may',
      expected: 'Host, Sec-WebSocket-Key and Sec-WebSocket-Version once, Origin at most once',
    },
    (request) => {
      const wrong =
        once.find((name) => headerValues(request, name).length !== 1) ??
        atMostOnce.find((name) => headerValues(request, name).length > 1);
      if (wrong === undefined) return undefined;
      const values = headerValues(request, wrong);
      const seen = values.length === 0 ? `no ${wrong}` : `${wrong} more than once`;
      return inHeader(request, wrong, count(values), seen);
    },
  ),
  everyRequest(
    {
      rule: 'no-upgrade',
      section: '4.1',
      requirement: 'the Upgrade header of a handshake lists websocket',
      expected: 'Upgrade with websocket in it',
    },
    (request) =>
      headerList(request, 'Upgrade').some((token) => token.toLowerCase() === 'websocket')
        ? undefined
        : inHeader(request, 'Upgrade', count(headerValues(request, 'Upgrade'))),
  ),
  everyRequest(
    {
      rule: 'no-connection-upgrade',
      section: '4.1',
      requirement: 'the Connection header of a handshake lists Upgrade',
      expected: 'Connection with Upgrade in it',
    },
    (request) =>
      headerList(request, 'Connection').some((token) => token.toLowerCase() === 'upgrade')
        ? undefined
        : inHeader(request, 'Connection', count(headerValues(request, 'Connection'))),
  ),
  everyRequest(
    {
      rule: 'bad-key',
      section: '4.1',
      requirement: 'the key is 16 random bytes in base64',
      expected: 'a key of 16 octets in base64',
    },
    (request) => {
      const [key = ''] = headerValues(request, 'Sec-WebSocket-Key');
      if (/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key)) return undefined;
      const seen = 'a key that is not 16 octets in base64';
      return inHeader(request, 'Sec-WebSocket-Key', JSON.stringify(key), seen);
    },
  ),
  everyRequest(
    {
      rule: 'wrong-version',
      section: '4.1',
      requirement: 'the version of a handshake is 13',
      expected: 'Sec-WebSocket-Version 13',
    },
    (request) => {
      const [version = ''] = headerValues(request, 'Sec-WebSocket-Version');
      return version === '13'
        ? undefined
        : inHeader(request, 'Sec-WebSocket-Version', JSON.stringify(version));
    },
  ),
  everyRequest(
    // A GET may have content (RFC 9110 §9.3.1), but no client should send it.
    {
      rule: 'request-with-body',
      document: 'RFC 9110',
      section: '9.3.1',
      level: 'should',
      requirement: 'a client sends no content in a GET request',
      expected: 'a GET without a body',
    },
    (request) => {
      const [length = '0'] = headerValues(request, 'Content-Length');
      const [coding] = headerValues(request, 'Transfer-Encoding');
      if (coding !== undefined) return inHeader(request, 'Transfer-Encoding', coding);
      return length === '0' ? undefined : inHeader(request, 'Content-Length', length);
    },
  ),
];
