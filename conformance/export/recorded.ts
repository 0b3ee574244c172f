/** A conversation to be exported to the formats of other tools. */
import type { Timeline } from '../wire/timeline.ts';

/** A conversation to export, and what the file says about it. */
export interface RecordedConversation {
  /** For display: `fragmentation/new-text-inside-a-message, ws 8.18.0`. */
  readonly name: string;
  /** Of the server; without it, the request's Host is used. */
  readonly url: string | undefined;
  /** In UTC, ISO 8601: the origin of the timeline's times. */
  readonly startedAt: string;
  readonly timeline: Timeline;
}
