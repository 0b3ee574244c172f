/**
 * Who may use the inspector and its taps. Any page in a browser can send requests to this machine,
 * but it cannot choose its Origin or the Host of its request.
 */

import { escapeUnseen } from '../conformance/wire/printable.ts';

/** A site may let its own name resolve to this machine; Host then contains that name. */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}

/**
 * Why a request to a tap is refused; undefined if it may pass. Browsers send an Origin with every
 * WebSocket handshake (RFC 6455 §4.1), and `Sec-Fetch-Site` with every other request of a page.
 * Clients that are not browsers send neither.
 *
 * @param head a request head, up to and without its empty line
 * @param page the origin of the inspector page that opened the session
 */
export function refusalAtTap(head: string, page: string): string | undefined {
  const hosts = valuesOf('host', head);
  if (hosts.length === 0 || !hosts.every(isLoopbackHost)) {
    return 'The tap is at 127.0.0.1: requests with another Host are refused.';
  }
  const foreign = valuesOf('origin', head).find((origin) => origin !== page);
  if (foreign !== undefined) {
    return `A page of ${escapeUnseen(foreign)} requested the target and was refused: only ${page} is allowed.`;
  }
  const isOwn = valuesOf('origin', head).length > 0;
  if (!isOwn && valuesOf('sec-fetch-site', head).some((site) => site !== 'none')) {
    return 'A page requested the target without an Origin and was refused.';
  }
  return undefined;
}

function valuesOf(name: string, head: string): string[] {
  return head.split(/\r?\n/).flatMap((line) => {
    const [, field = '', value = ''] = /^([^:]*?)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    return field.toLowerCase() === name ? [value] : [];
  });
}
