// The constructor and its URL (WHATWG WebSockets §3.1). Port 1 is blocked: nothing is connected.

import { anotherHasFailed, closed, next, thrownBy } from './moments.js';

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

/** Those that Fetch §2.9 keeps for other protocols. */
const badPorts = [
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
];

/**
 * A bad port is no exception: the connection fails, later. Ports that behave alike come together.
 */
export async function blockedPorts() {
  const attempts = [];
  for (const port of badPorts) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    const attempt = { port, socket, atOnce: socket.readyState, errors: 0, end: 'no close' };
    attempts.push(attempt);
    socket.addEventListener('error', () => {
      attempt.errors += 1;
    });
    socket.addEventListener('close', ({ code, wasClean }) => {
      attempt.end = `close ${code} ${wasClean ? 'clean' : 'unclean'}`;
    });
    await Promise.race([next(socket, 'error'), next(socket, 'close')]);
  }
  await anotherHasFailed();
  /** @type {Record<string, number[]>} */
  const portsByBehaviour = {};
  for (const { port, socket, atOnce, errors, end } of attempts) {
    const behaviour = `${atOnce}, errors ${errors}, ${end}, ${socket.readyState}`;
    portsByBehaviour[behaviour] = [...(portsByBehaviour[behaviour] ?? []), port];
  }
  const behaviours = Object.keys(portsByBehaviour);
  return behaviours.length > 1 ? portsByBehaviour : behaviours[0];
}

/** @param {string} url */
export async function shortHost(url) {
  await closed(new WebSocket(url.replace('127.0.0.1', '127.1')));
}

/** @param {string} url */
export async function namedHost(url) {
  await closed(new WebSocket(url.replace('127.0.0.1', 'LocalHost')));
}

/** @param {string} url */
export async function severalSubprotocols(url) {
  const socket = new WebSocket(url, ['zeta', 'Alpha', 'beta.v2']);
  await closed(socket);
  return socket.protocol;
}

/** @param {string} url */
export async function subprotocolFromObject(url) {
  const asked = /** @type {any} */ ({ toString: () => 'aa' });
  await closed(new WebSocket(url, asked));
}

/** @param {string} url */
export async function query(url) {
  await closed(new WebSocket(`${url}&q=b c&\u00e9=%zz&plus=+`));
}

/** @param {string} url */
export async function userinfo(url) {
  const withUser = url.replace('//', '//user:pass@');
  // Some ask again by themselves when they are challenged, others when the program asks again.
  if ((await closed(new WebSocket(withUser))).wasClean) return;
  await closed(new WebSocket(withUser));
}

/** @param {string} url */
export async function longPath(url) {
  await closed(new WebSocket(`${url}&long=${'a'.repeat(6000)}`));
}
