/** A conversation on its way into the files of other tools. */
import type { Timeline } from '../wire/timeline.ts';

/** A conversation to export, and what the file says about it. */
export interface RecordedConversation {
  /** For a person: `fragmentation/new-text-inside-a-message, ws 8.18.0`. */
  readonly name: string;
  /** Of the server; without it the request's Host stands in. */
  readonly url: string | undefined;
  /** In UTC, ISO 8601: what the times of the timeline count from. */
  readonly startedAt: string;
  readonly timeline: Timeline;
}
