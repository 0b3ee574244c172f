/** For the harness's own tests: a page that stops responding. */
import { next } from './moments.js';

export async function forever(url: string) {
  await next(new WebSocket(url), 'open');
  for (;;);
}
