/** Checks whether a request names its host (RFC 6455 §4.1 item 4, RFC 9110 §7.2). */
import { isIPv6 } from 'node:net';
import { wrongHost } from '../../judge/rules.ts';
import type { Violation } from '../../judge/violation.ts';
import { type HttpHead, headerValues } from '../../wire/http-head.ts';
import { placeOfHeader } from '../../wire/place.ts';

/** The address at which a connection has arrived. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * A name may stand for any address, and a port may be mapped to another one. So only a Host that names
 * the very address of the endpoint, or localhost, is compared with its port.
 */
export function findWrongHost(request: HttpHead, endpoint: Endpoint): Violation | undefined {
  const hosts = headerValues(request, 'Host');
  const [host = ''] = hosts;
  if (hosts.length !== 1) return undefined;
  const [literal, ...others] = namesOf(endpoint.address);
  const [, name = '', port] = /^(\[.*\]|[^:]*)(?::(\d*))?$/.exec(host.toLowerCase()) ?? [];
  const isBare = isIPv6(endpoint.address) && host.toLowerCase().startsWith(endpoint.address);
  if (!isBare) {
    if (name !== literal && !others.includes(name)) return undefined;
    // RFC 9110 §4.2.1: a missing or empty port is the default one of the scheme.
    if (Number(port || 80) === endpoint.port) return undefined;
  }
  return {
    rule: wrongHost,
    where: 'handshake',
    expected: `Host: ${isBare ? literal : name}:${endpoint.port}, as in the URL`,
    observed: `Host: ${host}`,
    seen: isBare ? 'an IPv6 address without brackets' : port ? 'another port' : 'no port',
    at: placeOfHeader(request, 'client', 'Host'),
  };
}

/** The form of an address in a URL. */
function namesOf(address: string): readonly string[] {
  if (isIPv6(address)) return [`[${address}]`, ...(address === '::1' ? ['localhost'] : [])];
  return [address, ...(address.startsWith('127.') ? ['localhost'] : [])];
}
