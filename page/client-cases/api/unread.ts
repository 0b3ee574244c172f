/**
 * bufferedAmount when the server reads nothing (WHATWG WebSockets §3.1). Systems buffer some
 * megabytes between two ends; more than that is sent here, so the rest must be in the browser.
 */
import { closed, next } from './moments.js';

const message = new Uint8Array(1024 * 1024);
const times = 16;

/** A browser finishes its background work within the time of this many requests. */
const quietRequests = 10;

/**
 * Sends more than all buffers hold, and waits until some has left and no more does.
 * @returns whether bufferedAmount grew with each message while the task ran
 */
async function fill(socket: WebSocket): Promise<boolean> {
  let counts = true;
  for (let sent = 1; sent <= times; sent += 1) {
    socket.send(message);
    counts &&= socket.bufferedAmount === sent * message.length;
  }
  const all = times * message.length;
  let amount = all;
  for (let unchanged = 0; amount === all || unchanged < quietRequests; ) {
    await fetch(location.href, { cache: 'no-store' });
    unchanged = socket.bufferedAmount === amount ? unchanged + 1 : 0;
    amount = socket.bufferedAmount;
  }
  return counts;
}

/** The server drops the connection: it waits for this request, as it cannot know when the page is done. */
const clientDone = (url: string) => fetch(`/case-done${new URL(url).search}`);

export async function growsAndStays(url: string) {
  const socket = new WebSocket(url);
  await next(socket, 'message');
  const counts = await fill(socket);
  const kept = socket.bufferedAmount;
  socket.close();
  await clientDone(url);
  return [counts, kept > 0 && kept <= times * message.length];
}

export async function closedWhileFull(url: string) {
  const socket = new WebSocket(url);
  const end = closed(socket);
  await next(socket, 'message');
  await fill(socket);
  const before = socket.bufferedAmount;
  socket.close();
  const isUntouched = socket.bufferedAmount === before;
  await clientDone(url);
  await end;
  const kept = socket.bufferedAmount;
  socket.send('12345');
  return [isUntouched, kept > 0, socket.bufferedAmount - kept >= 5];
}
