/**
 * The constructor and its URL (WHATWG WebSockets §3.1). Port 1 is blocked: nothing is connected.
 */
import { closed, thrownBy } from './moments.js';

export function schemes() {
  return [
    'ws://127.0.0.1:1/a?b',
    'wss://127.0.0.1:1/',
    'http://127.0.0.1:1/x',
    'https://127.0.0.1:1/x',
  ].map((address) => new WebSocket(address).url);
}

export function normalized() {
  return [
    'WS://LOCALHOST:1',
    'ws://127.0.0.1:1/a/../b',
    'ws://[::1]:1/',
    'ws://b\u00fccher.test:1/',
  ].map((address) => new WebSocket(address).url);
}

export function relative() {
  const expected = new URL('nowhere?a', location.href);
  expected.protocol = 'ws:';
  const socket = new WebSocket('nowhere?a');
  socket.close();
  return socket.url === expected.href;
}

export function refused() {
  return [
    'ftp://127.0.0.1/',
    'ws://127.0.0.1:1/#a',
    'ws://',
    'ws://[::1',
    'mailto:a',
    'ws://127.0.0.1:99999/',
  ].map((address) => thrownBy(() => new WebSocket(address)));
}

export function forbiddenHosts() {
  return ['ws://a b/', 'ws://a<b/', 'ws://a^b/', 'ws://a%00b/'].map((address) =>
    thrownBy(() => new WebSocket(address)),
  );
}

export function callShape() {
  // Called in a way that type-checked code cannot.
  const Constructor = WebSocket as unknown as { new (): unknown; (url: string): unknown };
  return [
    thrownBy(() => new Constructor()),
    thrownBy(() => Constructor('ws://127.0.0.1:1/')),
    Constructor.length,
    new WebSocket(new URL('ws://127.0.0.1:1/url')).url,
  ];
}

export function badSubprotocols() {
  return ['', 'a b', 'a,b', 'a/b', 'a"b', '\u00e4', 'a\u007f', ['a', 'a'], ['a', 'b c']].map(
    (asked) => thrownBy(() => new WebSocket(`ws://${location.host}/nowhere`, asked)),
  );
}

export async function shortHost(url: string) {
  await closed(new WebSocket(url.replace('127.0.0.1', '127.1')));
}

export async function namedHost(url: string) {
  await closed(new WebSocket(url.replace('127.0.0.1', 'LocalHost')));
}

export async function severalSubprotocols(url: string) {
  const socket = new WebSocket(url, ['zeta', 'Alpha', 'beta.v2']);
  await closed(socket);
  return socket.protocol;
}

export async function subprotocolFromObject(url: string) {
  const asked = { toString: () => 'aa' };
  await closed(new WebSocket(url, asked as never));
}

export async function query(url: string) {
  await closed(new WebSocket(`${url}&q=b c&\u00e9=%zz&plus=+`));
}

export async function userinfo(url: string) {
  const withUser = url.replace('//', '//user:pass@');
  // Some repeat the request on their own when challenged, others when the program asks again.
  if ((await closed(new WebSocket(withUser))).wasClean) return;
  await closed(new WebSocket(withUser));
}

export async function longPath(url: string) {
  await closed(new WebSocket(`${url}&long=${'a'.repeat(6000)}`));
}
