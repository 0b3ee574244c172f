/** Ctrl-C, and what a CI system sends: the first asks us to stop, the second does not wait. */

export interface Interruption {
  readonly signal: AbortSignal;
  /** Signals have their usual meaning again. */
  release(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function onInterruption(): Interruption {
  const controller = new AbortController();
  const stop = () => {
    // `exit` handlers still run: a started command never outlives us.
    if (controller.signal.aborted) process.exit(2);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
