// Windows that open connections: what is left when they go to another page.

import { next } from './moments.js';

/**
 * A window of its own, as frames have no history that keeps documents.
 * @param {string} url
 */
export async function left(url) {
  const channel = new BroadcastChannel(url);
  if (!open(`window.html?${new URLSearchParams({ url })}`)) {
    return { missing: 'the browser opens no window for a script' };
  }
  await next(channel, 'message');
  channel.postMessage('leave');
  const { data } = /** @type {MessageEvent} */ (await next(channel, 'message'));
  channel.postMessage('end');
  channel.close();
  return data;
}
