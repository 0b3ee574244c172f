// Workers that open connections.

import { next } from './moments.js';

/** @param {string} source */
const blobOf = (source) => URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));

/** @param {string} url @param {string} say */
const echoing = (url, say) =>
  `const s = new WebSocket(${JSON.stringify(url)}); s.onmessage = ({ data }) => s.send(data); s.onclose = ({ code }) => ${say}(code);`;

/** @param {string} url */
export async function dedicated(url) {
  const worker = new Worker(blobOf(echoing(url, 'postMessage')));
  const { data } = /** @type {MessageEvent} */ (await next(worker, 'message'));
  worker.terminate();
  return data;
}

/** @param {string} url */
export async function shared(url) {
  if (!globalThis.SharedWorker) return { missing: 'the browser has no SharedWorker' };
  const source = `onconnect = ({ ports: [port] }) => { ${echoing(url, 'tell')} function tell(code) { port.postMessage(code); close(); } };`;
  const { port } = new SharedWorker(blobOf(source));
  port.start();
  const { data } = /** @type {MessageEvent} */ (await next(port, 'message'));
  return data;
}

/** @param {string} url */
export async function ofData(url) {
  const source = echoing(url, 'postMessage');
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(source)}`);
  const { data } = /** @type {MessageEvent} */ (await next(worker, 'message'));
  worker.terminate();
  return data;
}

/** @param {string} url */
export async function terminated(url) {
  const doomed = new Worker(
    blobOf(
      `const s = new WebSocket(${JSON.stringify(url)}); s.onopen = () => postMessage('open');`,
    ),
  );
  await next(doomed, 'message');
  doomed.terminate();
}

/** @param {string} url */
export async function closingItself(url) {
  const doomed = new Worker(
    blobOf(
      `const s = new WebSocket(${JSON.stringify(url)}); s.onopen = () => { postMessage('open'); close(); };`,
    ),
  );
  await next(doomed, 'message');
}
