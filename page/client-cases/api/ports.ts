/** Ports that browsers block because other protocols use them. */
import { anotherHasFailed, closed, next } from './moments.js';

/** Fetch §2.9. */
const badPorts = [
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
];

/**
 * A bad port causes no exception: the connection fails later. Ports that behave alike are grouped.
 */
export async function blocked(url: string) {
  const attempts = [];
  for (const [index, port] of badPorts.entries()) {
    // Chromium delays a page by seconds after 12 failures for each success.
    if (index % 8 === 0) await closed(new WebSocket(new URL('/getCaseCount', url)));
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    const attempt = { port, socket, atOnce: socket.readyState, errors: 0, end: 'no close' };
    attempts.push(attempt);
    socket.addEventListener('error', () => {
      attempt.errors += 1;
    });
    socket.addEventListener('close', ({ code, wasClean }) => {
      attempt.end = `close ${code} ${wasClean ? 'clean' : 'unclean'}`;
    });
    await Promise.race([next(socket, 'error'), next(socket, 'close')]);
  }
  await anotherHasFailed();
  const portsByBehaviour: Record<string, number[]> = {};
  for (const { port, socket, atOnce, errors, end } of attempts) {
    const behaviour = `${atOnce}, errors ${errors}, ${end}, ${socket.readyState}`;
    portsByBehaviour[behaviour] = [...(portsByBehaviour[behaviour] ?? []), port];
  }
  const behaviours = Object.keys(portsByBehaviour);
  return behaviours.length > 1 ? portsByBehaviour : behaviours[0];
}
