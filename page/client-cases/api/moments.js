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
