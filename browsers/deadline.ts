/** A command to a browser may hang forever, so all of them go through here. */
export class DeadlineError extends Error {
  override name = 'DeadlineError';
  constructor(what: string, milliseconds: number) {
    super(`${what} took longer than ${milliseconds} ms`);
  }
}

const slices = 10;

/**
 * The promise's outcome, or a `DeadlineError` when it has none after `milliseconds`. The time is
 * measured in slices, each of which counts once however late it ends: time during which a busy
 * machine did not run this process does not count against the browser.
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
