// What a frame does that opens a connection: it tells its parent every event, and `end` behind the
// last one.

import { settled } from './api/moments.js';

const say = (/** @type {string} */ word) => parent.postMessage(word, '*');
const url = new URLSearchParams(location.search).get('url');

if (url) void tell(url);

/** @param {string} address */
async function tell(address) {
  try {
    const socket = new WebSocket(address);
    for (const type of ['open', 'error', 'close']) {
      socket.addEventListener(type, () => say(type));
    }
    await settled(socket);
  } catch (error) {
    say(`throws ${/** @type {Error} */ (error).name}`);
  }
  say('end');
}
