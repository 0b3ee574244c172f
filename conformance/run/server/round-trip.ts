/** How long the target took to give an answer that needs no work. */
import { provesAliveFirst } from '../../format/liveness.ts';
import { type CaseResult, mainTimeline } from '../../results/case-result.ts';
import type { Timeline, TimelineEntry } from '../../wire/timeline.ts';

/**
 * The longer of the plain opening handshake and the liveness check after it, in ms. An answer that
 * never arrived took at least as long as it was waited for.
 * @returns undefined if the case has its own handshake, which may take a target longer
 */
export function roundTripOf({ case: testCase, conversations }: CaseResult): number | undefined {
  const timeline = mainTimeline(conversations);
  if (!timeline || testCase.handshake || testCase.before || testCase.repeat) return undefined;
  const trips = tripsIn(timeline).slice(0, provesAliveFirst(testCase) ? 2 : 1);
  return trips.length > 0 ? Math.max(...trips) : undefined;
}

/** From the last write of the client to the server's next event. */
export function tripsIn({ entries }: Timeline): number[] {
  const trips: number[] = [];
  let askedAt: number | undefined;
  for (const entry of entries) {
    if (entry.kind === 'bytes' && entry.from === 'client') askedAt = entry.at;
    else if (askedAt !== undefined && isSign(entry)) {
      trips.push(entry.at - askedAt);
      askedAt = undefined;
    }
  }
  return trips;
}

function isSign(entry: TimelineEntry): boolean {
  return entry.kind === 'timeout' || ('from' in entry && entry.from === 'server');
}
