/**
 * The ordered record of one connection, as the player, the tap and the stored results keep it.
 * It says who did what and when, and nothing about whether that was right.
 */

/** An end of the connection. The client is the one that opened it (RFC 6455 §1.3). */
export type Side = 'client' | 'server';

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client');

/** Bytes that one side wrote. A segment boundary is where one read of ours ended, no more. */
export interface BytesEntry {
  readonly kind: 'bytes';
  readonly from: Side;
  /** Milliseconds since the connection was opened. */
  readonly at: number;
  /** Index of the first byte in the stream of that side, handshake included. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** How a side ended its direction: an orderly FIN, or a reset. */
export interface EndEntry {
  readonly kind: 'fin' | 'rst';
  readonly from: Side;
  readonly at: number;
}

/** The peer waited for an observation that did not come. A timeout is a verdict, never a step. */
export interface TimeoutEntry {
  readonly kind: 'timeout';
  readonly at: number;
  /** What was waited for, in words: `a Close frame`. */
  readonly waitingFor: string;
}

/** The harness waited no longer and dropped the connection: no peer caused that end. */
export interface DropEntry {
  readonly kind: 'drop';
  /** The side that the harness played. */
  readonly from: Side;
  readonly at: number;
}

/** A side sent far more than anything had asked for: the peer stopped reading there. */
export interface OverflowEntry {
  readonly kind: 'overflow';
  readonly from: Side;
  readonly at: number;
  /** The limit that was passed, in words: `4 MiB`, `4,096 frames`. */
  readonly limit: string;
}

/** What a driven client's own program reported: an event of its WebSocket API, in its order. */
export interface ScriptEntry {
  readonly kind: 'script';
  readonly at: number;
  readonly event: ScriptEvent;
}

/** Events of the WHATWG WebSocket API, or of a library that mirrors it. */
export type ScriptEvent =
  | { readonly type: 'open'; readonly protocol: string; readonly extensions: string }
  | {
      readonly type: 'message';
      readonly binary: boolean;
      /** In bytes. */
      readonly length: number;
      /** Absent where it is long; the wire has it. */
      readonly data?: Uint8Array;
    }
  | { readonly type: 'error'; readonly message?: string }
  | {
      readonly type: 'close';
      readonly code: number;
      readonly reason: string;
      readonly wasClean: boolean;
    }
  | { readonly type: 'value'; readonly name: string; readonly value: unknown };

/** What happened on a recorded connection. */
export type TimelineEntry =
  | BytesEntry
  | EndEntry
  | TimeoutEntry
  | OverflowEntry
  | DropEntry
  | ScriptEntry;

/** The record of one connection: entries in the order in which they happened. */
export interface Timeline {
  readonly transport: 'tcp' | 'tls' | 'h2';
  readonly entries: readonly TimelineEntry[];
}

/** Everything `side` wrote, in one piece; at most the first `most` octets of it. */
export function bytesFrom(timeline: Timeline, side: Side, most = Infinity): Buffer {
  const chunks = timeline.entries.flatMap((entry) =>
    entry.kind === 'bytes' && entry.from === side && entry.offset < most ? [entry.bytes] : [],
  );
  return Buffer.concat(chunks, Math.min(most, lengthFrom(timeline, side)));
}

/** How many octets `side` wrote. */
export function lengthFrom(timeline: Timeline, side: Side): number {
  const last = timeline.entries.findLast((entry) => entry.kind === 'bytes' && entry.from === side);
  return last?.kind === 'bytes' ? last.offset + last.bytes.length : 0;
}

/** Collects entries with their times and offsets while a connection lives. */
export class TimelineRecorder {
  readonly entries: TimelineEntry[] = [];
  readonly #transport: Timeline['transport'];
  readonly #startedAt = performance.now();
  readonly #offsets: Record<Side, number> = { client: 0, server: 0 };

  constructor(transport: Timeline['transport']) {
    this.#transport = transport;
  }

  /** Records bytes by reference: the caller hands over memory it will not write to again. */
  bytes(from: Side, bytes: Uint8Array): BytesEntry {
    const offset = this.#offsets[from];
    this.#offsets[from] += bytes.length;
    return this.#add({ kind: 'bytes', from, at: this.#now(), offset, bytes });
  }

  /** Keeps only the first octets of what was the last entry of its side when it was recorded. */
  shorten(entry: BytesEntry, length: number): void {
    const { from, offset, bytes } = entry;
    this.entries[this.entries.lastIndexOf(entry)] = { ...entry, bytes: bytes.subarray(0, length) };
    this.#offsets[from] = offset + length;
  }

  end(kind: EndEntry['kind'], from: Side): EndEntry {
    return this.#add({ kind, from, at: this.#now() });
  }

  timeout(waitingFor: string): TimeoutEntry {
    return this.#add({ kind: 'timeout', at: this.#now(), waitingFor });
  }

  drop(from: Side): DropEntry {
    return this.#add({ kind: 'drop', from, at: this.#now() });
  }

  overflow(from: Side, limit: string): OverflowEntry {
    return this.#add({ kind: 'overflow', from, at: this.#now(), limit });
  }

  script(event: ScriptEvent): ScriptEntry {
    return this.#add({ kind: 'script', at: this.#now(), event });
  }

  timeline(): Timeline {
    return { transport: this.#transport, entries: [...this.entries] };
  }

  #add<Entry extends TimelineEntry>(entry: Entry): Entry {
    this.entries.push(entry);
    return entry;
  }

  #now(): number {
    return Math.round((performance.now() - this.#startedAt) * 1000) / 1000;
  }
}
