/**
 * A frame that opens a connection: it reports every event to its parent, and `end` after the last.
 */
import { settled } from './api/moments.js';

const say = (word: string) => parent.postMessage(word, '*');
const url = new URLSearchParams(location.search).get('url');

if (url) void tell(url);

async function tell(address: string) {
  try {
    const socket = new WebSocket(address);
    for (const type of ['open', 'error', 'close']) {
      socket.addEventListener(type, () => say(type));
    }
    await settled(socket);
  } catch (error) {
    say(`throws ${(error as Error).name}`);
  }
  say('end');
}
