/** Cases that only a timer of the client ends, if at all: after seconds, or a minute. */
import type { Case } from '../../format/case.ts';

/** The peer never sends the Close, the end of TCP or the response that the client waits for. */
export function waitsForTimer({ tags = [], expect: { ending } }: Case): boolean {
  return tags.includes('slow') || (ending.kind === 'failed' && ending.unanswered === true);
}
