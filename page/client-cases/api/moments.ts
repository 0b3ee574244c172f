/** Moments of a WebSocket that the functions here wait for, and what they ask for by name. */

export const next = (target: EventTarget, type: string): Promise<Event> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

export async function closed(socket: EventTarget) {
  const { code, reason, wasClean } = (await next(socket, 'close')) as CloseEvent;
  return { code, reason, wasClean };
}

/** The name of what a call throws; `nothing` where it throws nothing. */
export function thrownBy(attempt: () => unknown) {
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
