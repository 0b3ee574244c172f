// send(), bufferedAmount and binaryType (WHATWG WebSockets §3.1).

import { closed, next } from './moments.js';

/** @param {string} url */
export async function types(url) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  const bytes = Uint8Array.of(1, 2, 3, 4, 5);
  const send = (/** @type {any} */ value) => socket.send(value);
  for (const value of ['text', '', 12, null, undefined, { toString: () => 'object' }]) send(value);
  for (const value of [bytes.buffer, bytes.subarray(1, 3), new DataView(bytes.buffer, 4)])
    send(value);
  send(new Uint16Array([0x0201]));
  send(new Blob(['blob']));
  send('a\ud800b');
  await closed(socket);
}

/** @param {string} url */
export async function bufferedAmount(url) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  const seen = [socket.bufferedAmount];
  socket.send('abc');
  seen.push(socket.bufferedAmount);
  socket.send('\u00e9');
  socket.send(new Uint8Array(10));
  socket.send(new Blob(['12345']));
  seen.push(socket.bufferedAmount);
  await next(socket, 'message');
  seen.push(socket.bufferedAmount);
  await closed(socket);
  return seen;
}

/** @param {string} url */
export async function afterClose(url) {
  const socket = new WebSocket(url);
  await closed(socket);
  const before = socket.bufferedAmount;
  socket.send('12345');
  const grown = socket.bufferedAmount - before;
  socket.send(new Uint8Array(10));
  return [before, grown >= 5, socket.bufferedAmount - before - grown >= 10];
}

/** @param {string} url */
export async function binaryType(url) {
  const socket = new WebSocket(url);
  const seen = [socket.binaryType];
  socket.binaryType = /** @type {any} */ ('nonsense');
  seen.push(socket.binaryType);
  const first = /** @type {MessageEvent} */ (await next(socket, 'message'));
  seen.push(/** @type {any} */ (first.data.constructor.name), await first.data.text());
  socket.binaryType = 'arraybuffer';
  socket.send('switched');
  const second = /** @type {MessageEvent} */ (await next(socket, 'message'));
  seen.push(second.data.constructor.name, /** @type {any} */ (second.data.byteLength));
  await closed(socket);
  return seen;
}

/** @param {string} url */
export async function received(url) {
  const socket = new WebSocket(url);
  /** @type {unknown[]} */
  const seen = [];
  socket.onmessage = ({ data }) => seen.push(data);
  await closed(socket);
  return seen;
}

/** @param {string} url */
export async function withinOneTask(url) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  socket.send('abc');
  const first = socket.bufferedAmount;
  const end = performance.now() + 30;
  while (performance.now() < end);
  const second = socket.bufferedAmount;
  await closed(socket);
  return [first, second];
}

/** @param {string} url */
export async function compressible(url) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  socket.send('a'.repeat(1000));
  const seen = [socket.extensions.includes('permessage-deflate'), socket.bufferedAmount];
  await closed(socket);
  return seen;
}

/** @param {string} url */
export async function whileClosing(url) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  socket.close(3000);
  socket.send('abc');
  const grown = socket.bufferedAmount >= 3;
  await closed(socket);
  return grown;
}

/** @param {string} url */
export async function binaryTypeInsideAMessage(url) {
  const socket = new WebSocket(url);
  await next(socket, 'message');
  socket.binaryType = 'arraybuffer';
  socket.send('switched');
  const { data } = /** @type {MessageEvent} */ (await next(socket, 'message'));
  await closed(socket);
  return [data.constructor.name, data.byteLength];
}
