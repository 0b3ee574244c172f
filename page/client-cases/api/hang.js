// What the harness's own tests need: a page that stops answering.

import { next } from './moments.js';

/** @param {string} url */
export async function forever(url) {
  await next(new WebSocket(url), 'open');
  for (;;);
}
