/** send(), bufferedAmount and binaryType (WHATWG WebSockets §3.1). */
import { closed, next } from './moments.js';

export async function types(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  const bytes = Uint8Array.of(1, 2, 3, 4, 5);
  const send = (value: unknown) => socket.send(value as never);
  for (const value of ['text', '', 12, null, undefined, { toString: () => 'object' }]) send(value);
  for (const value of [bytes.buffer, bytes.subarray(1, 3), new DataView(bytes.buffer, 4)])
    send(value);
  send(new Uint16Array([0x0201]));
  send(new Blob(['blob']));
  send('a\ud800b');
  await closed(socket);
}

export async function bufferedAmount(url: string) {
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

export async function afterClose(url: string) {
  const socket = new WebSocket(url);
  await closed(socket);
  const before = socket.bufferedAmount;
  socket.send('12345');
  const grown = socket.bufferedAmount - before;
  socket.send(new Uint8Array(10));
  return [before, grown >= 5, socket.bufferedAmount - before - grown >= 10];
}

export async function binaryType(url: string) {
  const socket = new WebSocket(url);
  const seen: unknown[] = [socket.binaryType];
  socket.binaryType = 'nonsense' as never;
  seen.push(socket.binaryType);
  const first = (await next(socket, 'message')) as MessageEvent;
  seen.push(first.data.constructor.name, await first.data.text());
  socket.binaryType = 'arraybuffer';
  socket.send('switched');
  const second = (await next(socket, 'message')) as MessageEvent;
  seen.push(second.data.constructor.name, second.data.byteLength);
  await closed(socket);
  return seen;
}

export async function received(url: string) {
  const socket = new WebSocket(url);
  const seen: unknown[] = [];
  socket.onmessage = ({ data }) => seen.push(data);
  await closed(socket);
  return seen;
}

export async function withinOneTask(url: string) {
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

export async function compressible(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  socket.send('a'.repeat(1000));
  const seen = [socket.extensions.includes('permessage-deflate'), socket.bufferedAmount];
  await closed(socket);
  return seen;
}

export async function whileClosing(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  socket.close(3000);
  socket.send('abc');
  const grown = socket.bufferedAmount >= 3;
  await closed(socket);
  return grown;
}

export async function binaryTypeInsideAMessage(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'message');
  socket.binaryType = 'arraybuffer';
  socket.send('switched');
  const { data } = (await next(socket, 'message')) as MessageEvent;
  await closed(socket);
  return [data.constructor.name, data.byteLength];
}
