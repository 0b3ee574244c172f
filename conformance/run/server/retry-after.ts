/** When a target that cannot serve now wants to be asked again (RFC 9110 §10.2.3). */
import { setTimeout as pause } from 'node:timers/promises';
import type { Conversation } from '../../wire/conversation.ts';
import { headerValues } from '../../wire/http-head.ts';

/** A target may ask for hours; a run waits for so many ms, after one response and in all. */
const longestWait = 10_000;
const longestTotal = 30_000;

/** RFC 6585 §4, RFC 9110 §15.6.4: the two statuses that say that it may serve later. */
const busyStatuses: readonly (number | undefined)[] = [429, 503];

/** @returns ms from now, at most ten seconds; undefined if the response does not ask for a delay */
export function retryAfterIn({ server: { head } }: Conversation): number | undefined {
  if (head?.startLine.kind !== 'response') return undefined;
  if (!busyStatuses.includes(head.startLine.status)) return undefined;
  const [value = ''] = headerValues(head, 'Retry-After');
  if (/^\d+$/.test(value)) return Math.min(1000 * Number(value), longestWait);
  const [date = ''] = headerValues(head, 'Date');
  // Its own clock may differ from ours.
  const now = Date.parse(date) || Date.now();
  const delay = Date.parse(value) - now;
  return delay > 0 ? Math.min(delay, longestWait) : undefined;
}

/** Waits for what targets ask for, until the time for that is used up. */
export class RetryDelays {
  readonly #signal: AbortSignal;
  #left = longestTotal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @param moment as `performance.now()` has it */
  async until(moment: number): Promise<void> {
    const wait = Math.min(moment - performance.now(), this.#left);
    if (!(wait > 0)) return;
    this.#left -= wait;
    await pause(Math.ceil(wait), undefined, { signal: this.#signal }).catch((error: unknown) => {
      if (!this.#signal.aborted) throw error;
    });
  }
}
