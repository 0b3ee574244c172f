/** Windows that open connections: what is left when they go to another page. */
import { next } from './moments.js';

/** A window of its own, as frames have no history that keeps documents. */
export async function left(url: string) {
  const channel = new BroadcastChannel(url);
  if (!open(`window.html?${new URLSearchParams({ url })}`)) {
    return { missing: 'the browser opens no window for a script' };
  }
  await next(channel, 'message');
  channel.postMessage('leave');
  const { data } = (await next(channel, 'message')) as MessageEvent;
  channel.postMessage('end');
  channel.close();
  return data;
}
