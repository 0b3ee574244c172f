/** Rules about the request of a client that only some cases state (see `Check`). */
import type { Reference } from '../format/check.ts';
import { type HttpHead, headerList, headerValues } from '../wire/http-head.ts';
import type { WireRule } from './wire-rule.ts';

interface RequestRule extends Reference {
  readonly rule: string;
  readonly expected: string;
  /** The header that is shown if the rule is broken; the request line if there is none. */
  readonly shown: string;
  isKept(head: HttpHead): boolean;
}

const webSockets: Reference = { document: 'WHATWG WebSockets', section: '2.2' };
const sendingCookies: Reference = { document: 'RFC 6265', section: '5.4' };

export function requestHeader(
  rule: string,
  name: string,
  value: string | undefined,
  reference: Reference,
): WireRule {
  return ofRequest({
    ...reference,
    rule,
    expected: value === undefined ? `no ${name}` : `${name}: ${value}`,
    shown: name,
    isKept: (head) => {
      const values = headerValues(head, name);
      return value === undefined ? values.length === 0 : values.length === 1 && values[0] === value;
    },
  });
}

export function hostWithPort(name: string, reference: Reference): WireRule {
  return ofRequest({
    ...reference,
    rule: 'wrong-host',
    expected: `Host: ${name} and the port`,
    shown: 'Host',
    isKept: (head) => isFollowedByPort(headerValues(head, 'Host').join(), name),
  });
}

export function originWithPort(host: string, reference: Reference): WireRule {
  return ofRequest({
    ...reference,
    rule: 'wrong-origin',
    expected: 'an Origin of http, host and port',
    shown: 'Origin',
    isKept: (head) => isFollowedByPort(headerValues(head, 'Origin').join(), `http://${host}`),
  });
}

export function cookieSent(cookie: string): WireRule {
  return ofRequest({
    ...sendingCookies,
    rule: 'lost-cookie',
    expected: `Cookie with ${cookie}`,
    shown: 'Cookie',
    isKept: (head) => cookiesOf(head).includes(cookie),
  });
}

export function cookiesInOrder(cookies: readonly string[]): WireRule {
  const names = cookies.map(nameOf);
  return ofRequest({
    ...sendingCookies,
    rule: 'cookies-out-of-order',
    expected: `${names.join(', ')} in this order`,
    shown: 'Cookie',
    isKept: (head) => {
      const sent = cookiesOf(head).filter((cookie) => names.includes(nameOf(cookie)));
      return sent.join() === cookies.join();
    },
  });
}

export function targetEndsWith(end: string, expected: string): WireRule {
  return ofRequest({
    ...webSockets,
    rule: 'wrong-target',
    expected,
    shown: 'target',
    isKept: (head) => targetOf(head).endsWith(end),
  });
}

export function basicCredentials(user: string, password: string): WireRule {
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return ofRequest({
    ...webSockets,
    rule: 'wrong-credentials',
    expected: basic,
    shown: 'Authorization',
    isKept: (head) =>
      headerValues(head, 'Authorization').join() === basic &&
      !targetOf(head).includes(password) &&
      !headerValues(head, 'Host').join().includes('@'),
  });
}

export function subprotocolsAsked(names: readonly string[]): WireRule {
  return {
    rule: 'wrong-subprotocols',
    document: 'RFC 6455',
    section: '4.1',
    expected: `the subprotocols ${names.join(', ')} asked for, in this order`,
    find({ client: { head } }) {
      const asked = head ? headerList(head, 'Sec-WebSocket-Protocol') : [];
      return asked.join() === names.join() ? undefined : { observed: asked.join(', ') || 'none' };
    },
  };
}

function ofRequest({ shown, isKept, ...rule }: RequestRule): WireRule {
  return {
    ...rule,
    find({ client: { head } }) {
      if (!head || isKept(head)) return undefined;
      const values = headerValues(head, shown);
      const observed =
        values.length > 0 ? `${shown}: ${values.join(' and ')}` : head.startLine.text;
      return { observed, at: { from: 'client', offset: head.offset, length: head.length } };
    },
  };
}

const isFollowedByPort = (text: string, start: string) =>
  text.startsWith(`${start}:`) && /^\d+$/.test(text.slice(start.length + 1));

const cookiesOf = (head: HttpHead) => headerValues(head, 'Cookie').join().split(/; ?/);
const nameOf = (cookie: string) => cookie.slice(0, cookie.indexOf('='));

const targetOf = ({ startLine }: HttpHead) =>
  (startLine.kind === 'request' && startLine.target) || '';
