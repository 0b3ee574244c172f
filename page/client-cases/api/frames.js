// Frames that open connections: their origins, and what is left when they go.

import { closed, next } from './moments.js';

/** @param {string} url */
export async function plain(url) {
  await closed(new WebSocket(url));
}

/**
 * A frame that opens the connection and says what happens.
 * @param {Record<string, string>} attributes
 */
function append(attributes) {
  const frame = document.createElement('iframe');
  for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
  document.body.append(frame);
  return frame;
}

/** @param {string} url */
const opening = (url) =>
  `const s = new WebSocket(${JSON.stringify(url)}); for (const type of ['open', 'error', 'close']) s.addEventListener(type, () => parent.postMessage(type, '*'));`;

/** @param {string} url */
const opener = (url) => `<script>${opening(url)}</script>`;

/** @param {string} url */
const addressOf = (url) => `frame.html?${new URLSearchParams({ url })}`;

/**
 * Other cases have frames of their own.
 * @param {HTMLIFrameElement} frame
 * @param {string} last
 * @returns {Promise<string[]>} what the frame has said, the last word with it
 */
function wordsFrom(frame, last) {
  /** @type {string[]} */
  const words = [];
  return new Promise((resolve) => {
    const hear = (/** @type {MessageEvent} */ { source, data }) => {
      if (source !== frame.contentWindow) return;
      words.push(data);
      if (data !== last) return;
      removeEventListener('message', hear);
      resolve(words);
    };
    addEventListener('message', hear);
  });
}

/** @param {string} url */
export async function sandboxed(url) {
  const frame = append({ sandbox: 'allow-scripts', srcdoc: opener(url) });
  await wordsFrom(frame, 'close');
  frame.remove();
}

/** @param {string} url */
export async function ofData(url) {
  const frame = append({ src: `data:text/html,${encodeURIComponent(opener(url))}` });
  await wordsFrom(frame, 'close');
  frame.remove();
}

/** @param {string} url */
export async function forbidden(url) {
  const policy = `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">`;
  const script = `<script>const say = (word) => parent.postMessage(word, '*'); try { const s = new WebSocket(${JSON.stringify(url)}); for (const type of ['open', 'error', 'close']) s.addEventListener(type, () => say(type)); s.addEventListener('error', () => setTimeout(say, 0, 'end')); } catch (error) { say('throws ' + error.name); say('end'); }</script>`;
  const frame = append({ srcdoc: policy + script });
  const words = await wordsFrom(frame, 'end');
  frame.remove();
  return words;
}

/** @param {string} url */
export async function removed(url) {
  const frame = append({ srcdoc: opener(url) });
  await wordsFrom(frame, 'open');
  frame.remove();
}

/** @param {string} url */
export async function navigated(url) {
  const frame = append({ srcdoc: opener(url) });
  await wordsFrom(frame, 'open');
  // The empty frame stays: were it removed, nothing would tell which of both closed the connection.
  frame.contentWindow?.location.replace('about:blank');
}

/**
 * The frame keeps its name when it is loaded again, and opens nothing more.
 * @param {string} url
 */
export async function reloaded(url) {
  const once = `if (name !== 'again') { name = 'again'; ${opening(url)} }`;
  const frame = append({ srcdoc: `<script>${once}</script>` });
  await wordsFrom(frame, 'open');
  const again = next(frame, 'load');
  frame.contentWindow?.location.reload();
  await again;
}

/** The same pages, served over TLS. */
const securePages = () => new URLSearchParams(location.search).get('secure');

/** @param {string} url */
async function openedSecurely(url) {
  const frame = append({ src: `${securePages()}/client-cases/${addressOf(url)}` });
  const words = await wordsFrom(frame, 'end');
  frame.remove();
  return words;
}

/** @param {string} url */
export async function loopbackFromSecure(url) {
  return openedSecurely(url);
}

/**
 * From this page first, which has no TLS: the wire shows that the address can be reached.
 * @param {string} url
 */
export async function plainFromSecure(url) {
  const host = new URLSearchParams(location.search).get('untrusted') ?? '';
  const address = url.replace('127.0.0.1', host);
  await closed(new WebSocket(address));
  return openedSecurely(address);
}
