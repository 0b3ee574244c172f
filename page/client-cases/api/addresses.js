// The constructor and its URL (WHATWG WebSockets §3.1). Port 1 is blocked: nothing is connected.

import { closed, next, thrownBy } from './moments.js';

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
  const Constructor = /** @type {any} */ (WebSocket);
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

/** A bad port is no exception: the connection fails, later. */
export async function blockedPorts() {
  // WebKitGTK gives no event for a blocked port; what came until then is the result.
  /** @type {Promise<undefined>} */
  const patience = new Promise((resolve) => setTimeout(resolve, 3000));
  const ports = [1, 22, 25, 6000, 6667];
  return Promise.all(
    ports.map(async (port) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
      const atOnce = socket.readyState;
      let errors = 0;
      socket.addEventListener('error', () => {
        errors += 1;
      });
      const close = await Promise.race([closed(socket), patience]);
      return [atOnce, errors, close?.code, close?.wasClean, socket.readyState].join();
    }),
  );
}

/** @param {string} url */
export async function query(url) {
  await closed(new WebSocket(`${url}&q=b c&\u00e9=%zz&plus=+`));
}

/** @param {string} url */
export async function userinfo(url) {
  const socket = new WebSocket(url.replace('//', '//user:pass@'));
  socket.addEventListener('error', () => {});
  await next(socket, 'close');
  const again = new WebSocket(url.replace('//', '//user:pass@'));
  await next(again, 'close');
}

/** @param {string} url */
export async function longPath(url) {
  await closed(new WebSocket(`${url}&long=${'a'.repeat(6000)}`));
}
