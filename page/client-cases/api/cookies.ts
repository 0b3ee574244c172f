/**
 * Cookies (RFC 6265) of opening handshakes. They depend on the host and not on the port, so the page
 * sees those that a case host sets.
 */
import { closed, next } from './moments.js';

export async function twice(url: string) {
  await closed(new WebSocket(url));
  await closed(new WebSocket(url));
}

export async function seenInOpen(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  const seen = document.cookie.includes('framewright_open=1');
  await closed(socket);
  return seen;
}

export async function keptFromScripts(url: string) {
  await twice(url);
  return document.cookie.includes('framewright_http_only');
}
