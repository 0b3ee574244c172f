/** Windows that open connections: what remains when they navigate away. */
import { next } from './moments.js';

/** A separate window, as frames have no history that keeps documents. */
export async function left(url: string) {
  const channel = new BroadcastChannel(url);
  if (!open(`window.html?${new URLSearchParams({ url })}`)) {
    return { missing: 'the browser does not let a script open a window' };
  }
  await next(channel, 'message');
  channel.postMessage('leave');
  const { data } = (await next(channel, 'message')) as MessageEvent;
  channel.postMessage('end');
  channel.close();
  return data;
}
