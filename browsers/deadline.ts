/** A command to a browser may hang for ever; everything sent to one goes through here. */
export class DeadlineError extends Error {
  override name = 'DeadlineError';
  constructor(what: string, milliseconds: number) {
    super(`${what} took longer than ${milliseconds} ms`);
  }
}

const slices = 10;

/**
 * The promise's outcome, or a `DeadlineError` when it has none after `milliseconds`. They pass in
 * slices of which each counts once, however late it ends: what a busy machine did not let this
 * process see is not held against the browser.
 */
export async function within<T>(
  milliseconds: number,
  what: string,
  promise: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    let left = slices;
    const next = () => {
      if (left === 0) return reject(new DeadlineError(what, milliseconds));
      left -= 1;
      timer = setTimeout(next, milliseconds / slices);
    };
    next();
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
