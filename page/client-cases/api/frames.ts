/** Frames that open connections: their origins, and what remains when they are removed. */
import { closed, next } from './moments.js';

export async function plain(url: string) {
  await closed(new WebSocket(url));
}

/** A frame that opens the connection and reports its events. */
function append(attributes: Record<string, string>) {
  const frame = document.createElement('iframe');
  for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
  document.body.append(frame);
  return frame;
}

const opening = (url: string) =>
  `const s = new WebSocket(${JSON.stringify(url)}); for (const type of ['open', 'error', 'close']) s.addEventListener(type, () => parent.postMessage(type, '*'));`;

const opener = (url: string) => `<script>${opening(url)}</script>`;

const addressOf = (url: string) => `frame.html?${new URLSearchParams({ url })}`;

/**
 * Other cases have separate frames.
 * @returns the messages of the frame, including the last one
 */
function wordsFrom(frame: HTMLIFrameElement, last: string): Promise<string[]> {
  const words: string[] = [];
  return new Promise((resolve) => {
    const hear = ({ source, data }: MessageEvent) => {
      if (source !== frame.contentWindow) return;
      words.push(data);
      if (data !== last) return;
      removeEventListener('message', hear);
      resolve(words);
    };
    addEventListener('message', hear);
  });
}

export async function sandboxed(url: string) {
  const frame = append({ sandbox: 'allow-scripts', srcdoc: opener(url) });
  await wordsFrom(frame, 'close');
  frame.remove();
}

export async function ofData(url: string) {
  const frame = append({ src: `data:text/html,${encodeURIComponent(opener(url))}` });
  await wordsFrom(frame, 'close');
  frame.remove();
}

export async function forbidden(url: string) {
  const policy = `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">`;
  const script = `<script>const say = (word) => parent.postMessage(word, '*'); try { const s = new WebSocket(${JSON.stringify(url)}); for (const type of ['open', 'error', 'close']) s.addEventListener(type, () => say(type)); s.addEventListener('error', () => setTimeout(say, 0, 'end')); } catch (error) { say('throws ' + error.name); say('end'); }</script>`;
  const frame = append({ srcdoc: policy + script });
  const words = await wordsFrom(frame, 'end');
  frame.remove();
  return words;
}

export async function removed(url: string) {
  const frame = append({ srcdoc: opener(url) });
  await wordsFrom(frame, 'open');
  frame.remove();
}

export async function navigated(url: string) {
  const frame = append({ srcdoc: opener(url) });
  await wordsFrom(frame, 'open');
  // The empty frame stays: if it were removed, either change could have closed the connection.
  frame.contentWindow?.location.replace('about:blank');
}

/** The frame keeps its name when it is reloaded, and opens no further connection. */
export async function reloaded(url: string) {
  const once = `if (name !== 'again') { name = 'again'; ${opening(url)} }`;
  const frame = append({ srcdoc: `<script>${once}</script>` });
  await wordsFrom(frame, 'open');
  const again = next(frame, 'load');
  frame.contentWindow?.location.reload();
  await again;
}

/** The same pages, served over TLS. */
const securePages = () => new URLSearchParams(location.search).get('secure');

async function openedSecurely(url: string) {
  const frame = append({ src: `${securePages()}/client-cases/${addressOf(url)}` });
  const words = await wordsFrom(frame, 'end');
  frame.remove();
  return words;
}

export async function loopbackFromSecure(url: string) {
  return openedSecurely(url);
}

/** First from this page, which has no TLS: the wire shows that the address is reachable. */
export async function plainFromSecure(url: string) {
  const host = new URLSearchParams(location.search).get('untrusted') ?? '';
  const address = url.replace('127.0.0.1', host);
  await closed(new WebSocket(address));
  return openedSecurely(address);
}
