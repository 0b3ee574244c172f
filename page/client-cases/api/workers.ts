/** Workers that open connections. */
import { next } from './moments.js';

const blobOf = (source: string) =>
  URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));

const echoing = (url: string, say: string) =>
  `const s = new WebSocket(${JSON.stringify(url)}); s.onmessage = ({ data }) => s.send(data); s.onclose = ({ code }) => ${say}(code);`;

export async function dedicated(url: string) {
  const worker = new Worker(blobOf(echoing(url, 'postMessage')));
  const { data } = (await next(worker, 'message')) as MessageEvent;
  worker.terminate();
  return data;
}

export async function shared(url: string) {
  if (!globalThis.SharedWorker) return { missing: 'the browser has no SharedWorker' };
  const source = `onconnect = ({ ports: [port] }) => { ${echoing(url, 'tell')} function tell(code) { port.postMessage(code); close(); } };`;
  const { port } = new SharedWorker(blobOf(source));
  port.start();
  const { data } = (await next(port, 'message')) as MessageEvent;
  return data;
}

export async function ofData(url: string) {
  const source = echoing(url, 'postMessage');
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(source)}`);
  const { data } = (await next(worker, 'message')) as MessageEvent;
  worker.terminate();
  return data;
}

export async function terminated(url: string) {
  const doomed = new Worker(
    blobOf(
      `const s = new WebSocket(${JSON.stringify(url)}); s.onopen = () => postMessage('open');`,
    ),
  );
  await next(doomed, 'message');
  doomed.terminate();
}

export async function closingItself(url: string) {
  const doomed = new Worker(
    blobOf(
      `const s = new WebSocket(${JSON.stringify(url)}); s.onopen = () => { postMessage('open'); close(); };`,
    ),
  );
  await next(doomed, 'message');
}
