/** A timeline without secrets, as reports and exports may have it. */
import { readConversation } from '../wire/conversation.ts';
import { bytesFrom, type Side, type Timeline } from '../wire/timeline.ts';
import { Redactor, redactorOfHead } from './redactor.ts';

const longestHead = 64 * 1024;

/**
 * With what the target itself has said that looks secret: its cookies, its login, its query.
 * @param target undefined where that is no stranger's business, as of a browser that we started
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

/** The same timeline with an asterisk for each octet of a secret; each segment is as long as before. */
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
 * How many octets of a side may be kept: up to the first frame with a secret that a mask or
 * compression hides from `Redactor.stream`, and shows to those who read the frame.
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
