/** Ctrl-C, and the signals of CI systems: the first asks us to stop, the second ends at once. */
import { CannotRun } from './cannot-run.ts';

export interface Interruption {
  readonly signal: AbortSignal;
  /** Signals have their default effect again. */
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

/** Aborted this many ms after the other signal. */
export function afterwards(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  const startTimer = () => setTimeout(() => controller.abort(), ms);
  if (signal.aborted) startTimer();
  signal.addEventListener('abort', startTimer, { once: true });
  return controller.signal;
}

/**
 * For work without results to keep: it is abandoned.
 * @throws {CannotRun} when the interruption comes first
 */
export function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new CannotRun('interrupted: no case has been judged'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });
}
