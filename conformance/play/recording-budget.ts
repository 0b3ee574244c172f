/** What is left of a recording limit while a target is read. */
import type { RecordBudget, Recording } from '../transport/recording.ts';
import type { ConversationEvent } from '../wire/conversation.ts';
import type { Side } from '../wire/timeline.ts';
import { type RecordingLimit, recordingLimitOf } from './recording-limit.ts';

/**
 * What a client may send before it has a response, in octets. It has to wait for the response (RFC
 * 6455 §4.1), which is not sent until the harness gets to it; all that came then is read in one go.
 */
const mostAhead = 64 * 1024;

const mebibytes = (octets: number) => `${Math.round(octets / 2 ** 20)} MiB`;

export class RecordingBudget implements RecordBudget {
  limit: RecordingLimit = recordingLimitOf(undefined, 0);
  readonly #recording: Recording;
  readonly #target: Side;
  /** That the target has sent. */
  #octets = 0;
  #frames = 0;
  #responses = 0;
  #inflatesTooMuch = false;

  constructor(recording: Recording, target: Side) {
    this.#recording = recording;
    this.#target = target;
  }

  /** Octets that hold no more frames than one above the limit: none is shorter than two (§5.2). */
  get mostAtOnce(): number {
    return 2 * Math.max(1, this.limit.frames - this.#frames + 1);
  }

  spend(octets: number, events: readonly ConversationEvent[]): string | undefined {
    this.#octets += octets;
    for (const event of events) this.#count(event);
    return this.#exceeded();
  }

  #count(event: ConversationEvent): void {
    // The response of the peer may complete frames that the target sent before.
    if (!('from' in event) || event.from !== this.#target) return;
    if (event.kind === 'frame') this.#frames += 1;
    // Any number of 1xx responses may precede the final one (RFC 9110 §15.2).
    if (event.kind === 'head') this.#responses += 1;
    // A small message may inflate to any size: that has to be known before the next one is read.
    if (event.kind === 'message') this.#inflatesTooMuch ||= event.message.isTooLarge;
  }

  #exceeded(): string | undefined {
    const { octets, frames } = this.limit;
    if (this.#octets > octets) return mebibytes(octets);
    if (this.#recording.octetsAhead(this.#target) > mostAhead) return '64 KiB before the response';
    if (this.#frames > frames) return `${frames.toLocaleString('en')} frames`;
    if (this.#responses > frames) return `${frames.toLocaleString('en')} responses`;
    return this.#inflatesTooMuch ? `${mebibytes(octets)} of inflated messages` : undefined;
  }
}
