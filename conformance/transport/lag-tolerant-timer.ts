/**
 * A timer that does not count the time in which this process itself was late: what has arrived
 * meanwhile is read first, and a busy machine makes a wait longer, not a verdict different.
 */

const slices = 10;
/** How many times as long as asked a wait may become: a target that floods keeps this process busy. */
const mostStretch = 5;

/**
 * Calls back when `ms` have passed in ten slices, each of which counts once, however late it ends;
 * where they come to more than `mostStretch` times that, the one under way is the last.
 * @returns what stops it
 */
export function startLagTolerantTimer(ms: number, callback: () => void): () => void {
  const latest = performance.now() + ms * mostStretch;
  let left = slices;
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    if (left === 0) return callback();
    left = performance.now() > latest ? 0 : left - 1;
    timer = setTimeout(next, ms / slices);
  };
  next();
  return () => clearTimeout(timer);
}
