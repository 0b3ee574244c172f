/** What every opening handshake of a client holds to, accepted or not (RFC 6455 §4.1). */

import { type HttpHead, headerList, headerValues } from '../wire/http-head.ts';
import type { Check } from './check.ts';

type RequestFault = (request: HttpHead) => string | undefined;

function everyRequest(check: Omit<Check, 'document' | 'find'>, fault: RequestFault): Check {
  return {
    ...check,
    document: 'RFC 6455',
    find({ client: { head } }, target) {
      if (target !== 'client' || !head?.complete) return undefined;
      const observed = fault(head);
      if (observed === undefined) return undefined;
      return { observed, at: { from: 'client', offset: head.offset, length: head.length } };
    },
  };
}

const count = (values: readonly string[]) =>
  values.length === 0 ? 'none' : values.map((value) => JSON.stringify(value)).join(' and ');

/** Headers that stand in a request exactly once (§4.1 items 4, 7, 9; §11.3.1, §11.3.5). */
const once = ['Host', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'];
/** §4.1 items 5, 8: nothing is said of lists in these. */
const atMostOnce = ['Origin', 'Upgrade', 'Content-Length'];

export const ofEveryRequest: readonly Check[] = [
  everyRequest(
    {
      rule: 'bad-request-line',
      section: '4.1',
      expected: 'GET and HTTP/1.1, with the resource name as target',
    },
    ({ startLine }) => {
      if (startLine.kind !== 'request') return startLine.text;
      const { method, version, target, text } = startLine;
      return method === 'GET' && version === 'HTTP/1.1' && target.startsWith('/')
        ? undefined
        : text;
    },
  ),
  everyRequest(
    { rule: 'malformed-request', section: '4.1', expected: 'a request that is well-formed HTTP' },
    ({ oddities: [oddity] }) => oddity?.name.replaceAll('-', ' '),
  ),
  everyRequest(
    {
      rule: 'repeated-header',
      section: '4.1',
      expected: 'Host, Sec-WebSocket-Key and Sec-WebSocket-Version once, Origin at most once',
    },
    (request) => {
      const wrong =
        once.find((name) => headerValues(request, name).length !== 1) ??
        atMostOnce.find((name) => headerValues(request, name).length > 1);
      return wrong && `${wrong}: ${count(headerValues(request, wrong))}`;
    },
  ),
  everyRequest(
    { rule: 'no-upgrade', section: '4.1', expected: 'Upgrade with websocket in it' },
    (request) =>
      headerList(request, 'Upgrade').some((token) => token.toLowerCase() === 'websocket')
        ? undefined
        : `Upgrade: ${count(headerValues(request, 'Upgrade'))}`,
  ),
  everyRequest(
    { rule: 'no-connection-upgrade', section: '4.1', expected: 'Connection with Upgrade in it' },
    (request) =>
      headerList(request, 'Connection').some((token) => token.toLowerCase() === 'upgrade')
        ? undefined
        : `Connection: ${count(headerValues(request, 'Connection'))}`,
  ),
  everyRequest(
    { rule: 'bad-key', section: '4.1', expected: 'a key of 16 octets in base64' },
    (request) => {
      const [key = ''] = headerValues(request, 'Sec-WebSocket-Key');
      return /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key) ? undefined : `key ${JSON.stringify(key)}`;
    },
  ),
  everyRequest(
    { rule: 'wrong-version', section: '4.1', expected: 'Sec-WebSocket-Version 13' },
    (request) => {
      const [version = ''] = headerValues(request, 'Sec-WebSocket-Version');
      return version === '13' ? undefined : `Sec-WebSocket-Version ${JSON.stringify(version)}`;
    },
  ),
  everyRequest(
    { rule: 'request-with-body', section: '4.1', expected: 'a GET without a body' },
    (request) => {
      const [length = '0'] = headerValues(request, 'Content-Length');
      const [coding] = headerValues(request, 'Transfer-Encoding');
      if (coding !== undefined) return `Transfer-Encoding: ${coding}`;
      return length === '0' ? undefined : `Content-Length: ${length}`;
    },
  ),
];
