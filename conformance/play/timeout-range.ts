/** How long the harness can be asked to wait, and the error for any other value. */

/**
 * A day, in ms. Node's timers count to 2³¹ - 1 and take what is beyond for 1: a wait that was to be
 * long would be none, and the target blamed for it.
 */
export const longestTimeout = 86_400_000;

export const isTimeout = (ms: number): boolean =>
  Number.isSafeInteger(ms) && ms >= 1 && ms <= longestTimeout;

/** @throws {RangeError} where it is nothing that one can wait for */
export function requireTimeout(name: string, ms: number): void {
  if (isTimeout(ms)) return;
  throw new RangeError(
    `${name} must be a whole number of milliseconds from 1 to ${longestTimeout}, not ${ms}`,
  );
}
