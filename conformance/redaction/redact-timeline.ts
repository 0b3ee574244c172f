/** Redacts a timeline for reports and exports. */
import { readConversation } from '../wire/conversation.ts';
import { bytesFrom, type Side, type Timeline } from '../wire/timeline.ts';
import { Redactor, redactorOfHead } from './redactor.ts';

const longestHead = 64 * 1024;

/**
 * Adds the secret-looking parts of what the target itself sent: cookies, credentials, query.
 * @param target undefined if it has no secrets, such as a browser that we started
 */
export function redactorWith(
  redactor: Redactor,
  timeline: Timeline | undefined,
  target: Side | undefined,
): Redactor {
  if (!timeline || !target) return redactor;
  const start = bytesFrom(timeline, target, longestHead);
  const end = start.indexOf('\r\n\r\n');
  return redactor.and(redactorOfHead(end < 0 ? start : start.subarray(0, end + 2)));
}

/** What looks secret in the heads of both sides, for a conversation that is shown or saved by itself. */
export function redactorOfConversation(timeline: Timeline): Redactor {
  const ofClient = redactorWith(new Redactor(), timeline, 'client');
  return redactorWith(ofClient, timeline, 'server');
}

/** The same timeline with an asterisk for each byte of a secret; segments keep their lengths. */
export function redactTimeline(timeline: Timeline, redactor: Redactor): Timeline {
  if (redactor.isEmpty) return timeline;
  const streams = { client: bytesFrom(timeline, 'client'), server: bytesFrom(timeline, 'server') };
  for (const stream of Object.values(streams)) redactor.stream(stream);
  const entries = timeline.entries.map((entry) =>
    entry.kind === 'bytes'
      ? {
          ...entry,
          bytes: streams[entry.from].subarray(entry.offset, entry.offset + entry.bytes.length),
        }
      : entry,
  );
  return { ...timeline, entries };
}

/**
 * How many bytes of a side may be kept: up to the first frame with a secret that is hidden from
 * `Redactor.stream` by a mask or compression, but visible in the decoded frame.
 */
export function octetsWithoutSecret(timeline: Timeline, side: Side, redactor: Redactor): number {
  if (redactor.isEmpty) return Infinity;
  const { events } = readConversation(redactTimeline(timeline, redactor));
  for (const event of events) {
    if (event.kind === 'message' && event.from === side) {
      if (redactor.isIn(event.message.data ?? event.message.wirePayload)) {
        return event.message.frames[0]!.offset;
      }
    } else if (
      event.kind === 'frame' &&
      event.frame.from === side &&
      redactor.isIn(event.frame.payload)
    ) {
      return event.frame.offset;
    }
  }
  return Infinity;
}
