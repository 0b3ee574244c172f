/** Cases that a client ends by a timer of its own, if at all: after seconds, or a minute. */
import type { Case } from '../../format/case.ts';

/** The peer owes a Close, the end of TCP or a response, and never gives it. */
export function waitsForTimer({ tags = [], expect: { ending } }: Case): boolean {
  return tags.includes('slow') || (ending.kind === 'failed' && ending.unanswered === true);
}
