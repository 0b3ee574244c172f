/** Points in the life of a WebSocket that the functions in this folder wait for. */

export const next = (target: EventTarget, type: string): Promise<Event> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

export async function closed(socket: EventTarget) {
  const { code, reason, wasClean } = (await next(socket, 'close')) as CloseEvent;
  return { code, reason, wasClean };
}

/** The name of the exception that a call throws; `nothing` if it throws none. */
export function thrownBy(attempt: () => unknown) {
  try {
    attempt();
    return 'nothing';
  } catch (error) {
    return error instanceof Error || error instanceof DOMException ? error.name : String(error);
  }
}

/** Resolves when a connection started now has failed: earlier events have arrived by then. */
export const anotherHasFailed = () =>
  closed(new WebSocket(new URL('/nowhere', location.href.replace('http', 'ws'))));

/**
 * Resolves with the close event, or with nothing if there is none: a connection that was started
 * after the error has failed in the meantime. Error and close are events of one task (WHATWG
 * WebSockets §4), so the close event is checked one task later.
 */
export async function settled(socket: WebSocket): Promise<CloseEvent | undefined> {
  let close: CloseEvent | undefined;
  const ended = next(socket, 'close').then((event) => {
    close = event as CloseEvent;
  });
  const lost = next(socket, 'error').then(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    if (!close) await anotherHasFailed();
  });
  await Promise.race([ended, lost]);
  return close;
}
