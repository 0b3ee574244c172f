/**
 * A timer that charges nobody for the time in which this process itself was late: what has arrived
 * meanwhile is read first, and a busy machine makes a wait longer, not a verdict different.
 */

const slices = 10;

/**
 * Calls back when `ms` have passed in ten slices, each of which counts once, however late it ends.
 * @returns what stops it
 */
export function startAwakeTimer(ms: number, callback: () => void): () => void {
  let left = slices;
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    if (left === 0) return callback();
    left -= 1;
    timer = setTimeout(next, ms / slices);
  };
  next();
  return () => clearTimeout(timer);
}
