/** What the harness's own tests need: a page that stops answering. */
import { next } from './moments.js';

export async function forever(url: string) {
  await next(new WebSocket(url), 'open');
  for (;;);
}
