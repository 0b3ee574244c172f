/** States, attributes and events (WHATWG WebSockets §3.1, §4). */
import { closed, next, thrownBy } from './moments.js';

export function constants() {
  const { CONNECTING, OPEN, CLOSING, CLOSED } = WebSocket;
  const socket = new WebSocket('ws://127.0.0.1:1/');
  const own = [socket.CONNECTING, socket.OPEN, socket.CLOSING, socket.CLOSED];
  const { readyState, bufferedAmount, extensions, protocol, binaryType } = socket;
  return [
    [CONNECTING, OPEN, CLOSING, CLOSED],
    own,
    readyState,
    bufferedAmount,
    extensions,
    protocol,
    binaryType,
  ];
}

export function handlers() {
  const socket = new WebSocket('ws://127.0.0.1:1/');
  const before = [socket.onopen, socket.onmessage, socket.onerror, socket.onclose];
  const listener = () => {};
  socket.onopen = listener;
  const kept = socket.onopen === listener;
  socket.onopen = 1 as never;
  return [before, kept, socket.onopen, socket instanceof EventTarget];
}

export async function order(url: string) {
  const socket = new WebSocket(url);
  const seen: string[] = [];
  for (const type of ['open', 'message', 'error', 'close']) {
    socket.addEventListener(type, (event) =>
      seen.push(`${type} ${socket.readyState} ${event.bubbles} ${event.cancelable}`),
    );
  }
  await next(socket, 'close');
  return seen;
}

export async function messageEvent(url: string) {
  const socket = new WebSocket(url);
  const event = (await next(socket, 'message')) as MessageEvent;
  const { data, lastEventId, source, ports, origin } = event;
  await closed(socket);
  return [
    event instanceof MessageEvent,
    data,
    lastEventId,
    source,
    ports.length,
    origin === new URL(url).origin,
  ];
}

export async function listenersAndHandlers(url: string) {
  const socket = new WebSocket(url);
  const seen: string[] = [];
  socket.addEventListener('close', () => seen.push('first'));
  socket.onclose = () => seen.push('handler');
  socket.addEventListener('close', () => seen.push('last'));
  await closed(socket);
  return seen;
}

/** The page's own server speaks only HTTP. */
export async function failure() {
  const socket = new WebSocket(`ws://${location.host}/nowhere`);
  const seen: string[] = [];
  socket.onerror = (event) => seen.push(`${event.constructor.name} ${socket.readyState}`);
  socket.onclose = (event) =>
    seen.push(
      `${event.constructor.name} ${event.code} ${JSON.stringify(event.reason)} ${event.wasClean}`,
    );
  await next(socket, 'close');
  return seen;
}

export async function throwingListener(url: string) {
  const socket = new WebSocket(url);
  let count = 0;
  const silence = (event: ErrorEvent) => event.preventDefault();
  addEventListener('error', silence);
  socket.onmessage = () => {
    count += 1;
    throw new Error('on purpose');
  };
  await closed(socket);
  removeEventListener('error', silence);
  return count;
}

export async function whileConnecting(url: string) {
  const socket = new WebSocket(url);
  const thrown = thrownBy(() => socket.send('too early'));
  await closed(socket);
  return thrown;
}

export async function closeEvent(url: string) {
  const socket = new WebSocket(url);
  const event = (await next(socket, 'close')) as CloseEvent;
  const { code, reason, wasClean } = event;
  return [event instanceof CloseEvent, code, reason, wasClean];
}

/** The properties that Web IDL defines for the interface. */
export function shape() {
  const { prototype } = WebSocket;
  const names = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol'];
  const descriptorOf = (name: string) => Object.getOwnPropertyDescriptor(prototype, name);
  const constant = Object.getOwnPropertyDescriptor(WebSocket, 'OPEN');
  return [
    Object.prototype.toString.call(prototype),
    names.filter((name) => descriptorOf(name)?.set !== undefined),
    ['binaryType', 'onopen', 'onmessage', 'onerror', 'onclose'].filter(
      (name) => descriptorOf(name)?.set === undefined,
    ),
    [constant?.writable, constant?.enumerable, constant?.configurable],
    [prototype.send.length, prototype.close.length],
    thrownBy(() => prototype.readyState),
  ];
}
