/** close() and its arguments (WHATWG WebSockets §3.1). */
import { closed, next, thrownBy } from './moments.js';

export async function badArguments(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  const close = (code: unknown, reason?: string) =>
    thrownBy(() =>
      reason === undefined ? socket.close(code as never) : socket.close(code as never, reason),
    );
  const codes = [
    0,
    500,
    999,
    1001,
    1005,
    1006,
    2999,
    5000,
    65_536 + 1000,
    Number.NaN,
    null,
    'string',
  ];
  const seen = [
    ...codes.map((code) => close(code)),
    close(1000, 'x'.repeat(124)),
    close(1000, '\u00e9'.repeat(62)),
  ];
  const { readyState } = socket;
  socket.close(1000);
  await closed(socket);
  return [...seen, readyState];
}

export async function longestReason(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  socket.close(4999, `${'\u00e9'.repeat(61)}x`);
  await closed(socket);
}

export async function unpairedSurrogate(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  socket.close(3000, 'a\ud800b');
  await closed(socket);
}

export async function twice(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'open');
  const states = [socket.readyState];
  socket.close(3000);
  states.push(socket.readyState);
  socket.close(3001);
  await closed(socket);
  states.push(socket.readyState);
  socket.close(3002);
  return states;
}

export async function whileConnecting() {
  const socket = new WebSocket(`ws://${location.host}/nowhere`);
  socket.close();
  const atOnce = socket.readyState;
  const { code, wasClean } = await closed(socket);
  return [atOnce, code, wasClean];
}
