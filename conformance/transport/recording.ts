/**
 * The record of one connection while it lives: entries go in, what they complete is reported to
 * subscribers, and anyone can wait for what has not come yet.
 */
import { annotate } from '../wire/annotate.ts';
import {
  type Conversation,
  type ConversationEvent,
  ConversationReader,
} from '../wire/conversation.ts';
import type { ObservedHead, Rest } from '../wire/direction.ts';
import {
  type BytesEntry,
  bytesFrom,
  type EndEntry,
  type Side,
  type Timeline,
  type TimelineEntry,
  TimelineRecorder,
} from '../wire/timeline.ts';
import { Condition, type Outcome, type WaitOptions } from './condition.ts';

/** How long an observation may take unless the caller says otherwise, in ms. */
export const defaultTimeout = 10_000;

/** Decides how much of what a side sends is recorded. */
export interface RecordBudget {
  /** How many octets may be read before the budget is asked again. */
  readonly mostAtOnce: number;
  /**
   * Counts what was read.
   * @returns the limit that is exceeded, in words; undefined while there is room
   */
  spend(octets: number, events: readonly ConversationEvent[]): string | undefined;
}

/** What subscribers get, in order. */
export type RecordActivity =
  /** Bytes of one read come in several parts if a budget is nearly spent. */
  | {
      readonly kind: 'entry';
      readonly entry: TimelineEntry;
      /** What this entry completed. */
      readonly events: readonly ConversationEvent[];
    }
  /** The connection is over: the timeline will not grow any more. */
  | { readonly kind: 'closed' };

/** Called with each activity. */
export type RecordListener = (activity: RecordActivity) => void;

/** The record of a connection while it grows, and ways to wait for what it has to show. */
export class Recording {
  /** What kept the harness from doing its part, in words. The timeline does not show it. */
  failure: string | undefined;
  readonly #name: string;
  readonly #recorder: TimelineRecorder;
  readonly #reader: ConversationReader;
  readonly #condition = new Condition();
  readonly #listeners = new Set<RecordListener>();
  /** Entries being recorded: a listener may record while another entry is reported. */
  #depth = 0;
  #isCut = false;
  #fault: { readonly error: unknown } | undefined;

  /** @param name what errors call the connection */
  constructor(transport: Timeline['transport'], name = 'the connection') {
    this.#name = name;
    this.#recorder = new TimelineRecorder(transport);
    this.#reader = new ConversationReader(transport);
  }

  /** Whether the connection is over: the timeline will not grow any more. */
  get isClosed(): boolean {
    return this.#condition.isClosed;
  }

  /** What the timeline says so far, in order. */
  get events(): readonly ConversationEvent[] {
    return this.#reader.events;
  }

  /** Octets that the messages of one side may inflate to. */
  set roomToInflate(octets: number) {
    this.#reader.roomToInflate = octets;
  }

  timeline(): Timeline {
    return this.#recorder.timeline();
  }

  conversation(): Conversation {
    return this.#reader.conversation();
  }

  /** Whether more has passed than the budget allowed: what came after it is not on the record. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Everything that side wrote so far. */
  bytes(side: Side): Buffer {
    return bytesFrom(this.timeline(), side);
  }

  /** The request, or the final response, once it is whole. */
  head(side: Side): ObservedHead | undefined {
    return this.#reader.head(side);
  }

  /** Whether a frame of that side may begin with its next byte. */
  isBetweenFrames(side: Side): boolean {
    return this.#reader.isBetweenFrames(side);
  }

  /** Bytes of that side that make no whole head or frame yet. */
  rest(side: Side): Rest {
    return this.#reader.rest(side);
  }

  hasFrame(side: Side): boolean {
    return this.#reader.hasFrame(side);
  }

  /** Octets after the head of that side that are not read before a response says what they are. */
  octetsAhead(side: Side): number {
    return this.#reader.octetsAhead(side);
  }

  /** The record so far, as text for a person. */
  annotated(): string {
    const failure = this.failure === undefined ? '' : `Not recorded: ${this.failure}.\n`;
    return annotate(this.timeline()) + failure;
  }

  /** Calls `listener` for everything from now on; call the returned function to stop. */
  subscribe(listener: RecordListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Records what one read or write had. A budget that is exceeded ends the record right there, with
   * an overflow: a stream with a gap could not be read.
   */
  recordBytes(from: Side, bytes: Uint8Array, budget?: RecordBudget): void {
    if (this.#isCut) return;
    this.#change(() => {
      const entry = this.#recorder.bytes(from, bytes);
      if (budget) this.#readWithin(budget, entry);
      else this.#read(entry);
    });
  }

  recordEnd(kind: EndEntry['kind'], from: Side): void {
    this.#change(() => this.#read(this.#recorder.end(kind, from)));
  }

  /** @param waitingFor in words: `a Close frame` */
  recordTimeout(waitingFor: string): void {
    this.#change(() => this.#read(this.#recorder.timeout(waitingFor)));
  }

  /** @param from the side that the harness played */
  recordDrop(from: Side): void {
    this.#change(() => this.#read(this.#recorder.drop(from)));
  }

  /** The connection is over: ends all waits. */
  close(): void {
    if (this.isClosed) return;
    this.#condition.close();
    this.#report({ kind: 'closed' });
  }

  /** Has pending waits look again, at something that is not on the record. */
  notify(): void {
    this.#condition.notify();
  }

  /** From now on no wait lasts longer than this, pending ones included. */
  limitWaits(ms: number): void {
    this.#condition.limitWaits(ms);
  }

  /**
   * Waits until `predicate` holds, which is asked now and after each entry.
   * @throws what reading the connection failed with
   */
  until(predicate: () => boolean, options?: WaitOptions): Promise<Outcome> {
    return this.#condition.until(() => {
      this.requireSound();
      return predicate();
    }, options);
  }

  /**
   * The first event that `wanted` accepts, past ones included.
   * @param words what is waited for, as an error would name it: `a Close frame from the server`
   * @throws when it has not come after `timeout` ms, or cannot come any more; the message shows the
   *   whole record
   */
  async event<Wanted extends ConversationEvent>(
    words: string,
    wanted: (event: ConversationEvent) => event is Wanted,
    options?: WaitOptions,
  ): Promise<Wanted>;
  async event(
    words: string,
    wanted: (event: ConversationEvent) => boolean,
    options?: WaitOptions,
  ): Promise<ConversationEvent>;
  async event(
    words: string,
    wanted: (event: ConversationEvent) => boolean,
    options?: WaitOptions,
  ): Promise<ConversationEvent> {
    let seen = 0;
    let found: ConversationEvent | undefined;
    const look = () => {
      while (!found && seen < this.events.length) {
        const event = this.events[seen]!;
        seen += 1;
        if (wanted(event)) found = event;
      }
      return found !== undefined;
    };
    await this.#require(look, `${this.#name}: no ${words}`, options);
    return found!;
  }

  /**
   * The whole timeline, once the connection is over.
   * @throws when it is not over after `timeout` ms; the message shows the whole record
   */
  async closed(options?: WaitOptions): Promise<Timeline> {
    await this.#require(() => this.isClosed, `${this.#name} is still open`, options);
    return this.timeline();
  }

  /** @throws what reading the connection failed with: a socket's listener has no caller to throw to */
  requireSound(): void {
    if (this.#fault) throw this.#fault.error;
  }

  async #require(look: () => boolean, missing: string, options?: WaitOptions): Promise<void> {
    const { timeout = defaultTimeout } = options ?? {};
    const outcome = await this.until(look, { ...options, timeout });
    if (outcome === 'met') return;
    const when = { closed: '', aborted: 'aborted: ', timeout: `after ${timeout} ms: ` }[outcome];
    throw new Error(`${when}${missing}\n\n${this.annotated()}`);
  }

  /** Reads in parts that hold no more than there is room for: 64 KiB may hold 32,768 frames. */
  #readWithin(budget: RecordBudget, entry: BytesEntry): void {
    const { from, offset, bytes } = entry;
    for (let start = 0; start < bytes.length; ) {
      const part = bytes.subarray(start, start + budget.mostAtOnce);
      const events = this.#read({ ...entry, offset: offset + start, bytes: part });
      start += part.length;
      const exceeded = budget.spend(part.length, events);
      if (exceeded === undefined) continue;
      this.#recorder.shorten(entry, start);
      this.#isCut = true;
      this.#read(this.#recorder.overflow(from, exceeded));
      return;
    }
  }

  #read(entry: TimelineEntry): readonly ConversationEvent[] {
    try {
      const events = this.#reader.push(entry);
      this.#report({ kind: 'entry', entry, events });
      return events;
    } catch (error) {
      this.#fault ??= { error };
      this.failure ??= `reading it failed: ${error}`;
      return [];
    }
  }

  #report(activity: RecordActivity): void {
    for (const listener of this.#listeners) listener(activity);
  }

  /** Waits look again once, after all that belongs together is recorded. */
  #change(record: () => void): void {
    this.#depth += 1;
    record();
    this.#depth -= 1;
    if (this.#depth === 0) this.notify();
  }
}
