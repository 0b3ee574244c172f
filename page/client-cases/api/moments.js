// Moments of a WebSocket that the functions here wait for, and what they ask for by name.

/**
 * @param {EventTarget} target
 * @param {string} type
 * @returns {Promise<Event>}
 */
export const next = (target, type) =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

/** @param {EventTarget} socket */
export async function closed(socket) {
  const { code, reason, wasClean } = /** @type {CloseEvent} */ (await next(socket, 'close'));
  return { code, reason, wasClean };
}

/**
 * The name of what a call throws; `nothing` where it throws nothing.
 * @param {() => unknown} attempt
 */
export function thrownBy(attempt) {
  try {
    attempt();
    return 'nothing';
  } catch (error) {
    return error instanceof Error || error instanceof DOMException ? error.name : String(error);
  }
}

/** Resolves when a connection that is begun now has failed: what was to come before has come. */
export const anotherHasFailed = () =>
  closed(new WebSocket(new URL('/nowhere', location.href.replace('http', 'ws'))));

/**
 * Resolves with the close event; where there is none, with nothing: a connection that was begun
 * behind the error has failed in the meantime. Error and close are events of one task (WHATWG
 * WebSockets §4), so a task later the close is looked for.
 * @param {WebSocket} socket
 * @returns {Promise<CloseEvent | undefined>}
 */
export async function settled(socket) {
  /** @type {CloseEvent | undefined} */
  let close;
  const ended = next(socket, 'close').then((event) => {
    close = /** @type {CloseEvent} */ (event);
  });
  const lost = next(socket, 'error').then(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    if (!close) await anotherHasFailed();
  });
  await Promise.race([ended, lost]);
  return close;
}
