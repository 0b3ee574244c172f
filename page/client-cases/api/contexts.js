// Cookies, origins, frames, workers, and what is left of a connection when they go.

import { closed, next } from './moments.js';

/** @param {string} url */
export async function cookies(url) {
  await closed(new WebSocket(url));
  await closed(new WebSocket(url));
}

/** @param {string} url */
export async function plain(url) {
  await closed(new WebSocket(url));
}

const settled = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Other cases have frames of their own.
 * @param {HTMLIFrameElement} frame
 */
async function wordFrom(frame) {
  for (;;) {
    const { source } = /** @type {MessageEvent} */ (await next(window, 'message'));
    if (source === frame.contentWindow) return;
  }
}

/**
 * A frame whose script opens the connection, and says so.
 * @param {string} url
 * @param {string} sandbox
 */
async function frameWith(url, sandbox) {
  const frame = document.createElement('iframe');
  if (sandbox) frame.setAttribute('sandbox', sandbox);
  const script = `const s = new WebSocket(${JSON.stringify(url)}); s.onopen = () => parent.postMessage('open', '*'); s.onclose = () => parent.postMessage('closed', '*');`;
  frame.srcdoc = `<script>${script}</script>`;
  document.body.append(frame);
  await wordFrom(frame);
  return frame;
}

/** @param {string} url */
export async function sandboxedFrame(url) {
  const frame = await frameWith(url, 'allow-scripts');
  await wordFrom(frame);
  frame.remove();
}

/** @param {string} url */
export async function removedFrame(url) {
  const frame = await frameWith(url, '');
  frame.remove();
  await settled(300);
}

/** @param {string} url */
export async function navigatedFrame(url) {
  const frame = await frameWith(url, '');
  const loaded = next(frame, 'load');
  frame.removeAttribute('srcdoc');
  frame.src = 'about:blank';
  await loaded;
  await settled(300);
  frame.remove();
}

/** @param {string} source */
const workerOf = (source) =>
  new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));

/** @param {string} url */
export async function worker(url) {
  const echoing = workerOf(
    `const s = new WebSocket(${JSON.stringify(url)}); s.onmessage = ({ data }) => s.send(data); s.onclose = ({ code }) => postMessage(code);`,
  );
  const { data } = /** @type {MessageEvent} */ (await next(echoing, 'message'));
  echoing.terminate();
  return data;
}

/** @param {string} url */
export async function terminatedWorker(url) {
  const doomed = workerOf(
    `const s = new WebSocket(${JSON.stringify(url)}); s.onopen = () => postMessage('open');`,
  );
  await next(doomed, 'message');
  doomed.terminate();
  await settled(300);
}

/** @param {string} url */
export async function stream(url) {
  const Stream = /** @type {any} */ (globalThis).WebSocketStream;
  if (!Stream) {
    await closed(new WebSocket(url));
    return 'there is no WebSocketStream';
  }
  const socket = new Stream(url);
  const { readable, writable } = await socket.opened;
  const reader = readable.getReader();
  const { value } = await reader.read();
  const writer = writable.getWriter();
  await writer.write(value);
  const { closeCode, reason } = await socket.closed;
  return [value, closeCode, reason];
}
