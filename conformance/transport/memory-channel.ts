/**
 * Two channels that are the ends of one connection inside this process: what answers in place of a
 * server gets one of them.
 */
import type { Channel, ChannelOwner, End } from './channel.ts';

/** Octets that are held for an end that does not read before the other one needs a drain. */
const highWaterMark = 64 * 1024;

export function channelPair(): readonly [Channel, Channel] {
  const one = new MemoryChannel();
  const other = new MemoryChannel();
  one.other = other;
  other.other = one;
  return [one, other];
}

const nowhere = { address: '', port: 0 };

type Arrival =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly flushed: () => void }
  | { readonly kind: 'end'; readonly how: End };

class MemoryChannel implements Channel {
  readonly description = { transport: 'tcp', local: nowhere, remote: nowhere } as const;
  other!: MemoryChannel;
  #owner: ChannelOwner | undefined;
  /** What has come and is not read yet. */
  #arrivals: Arrival[] = [];
  #held = 0;
  #isPaused = false;
  #isScheduled = false;
  /** Whether this end has ended its direction. */
  #hasEnded = false;
  /** Whether the end of the other direction was read. */
  #sawEnd = false;
  #isClosed = false;

  get writable(): boolean {
    return !this.#hasEnded && !this.#isClosed;
  }

  get buffered(): number {
    return this.other.#held;
  }

  get needsDrain(): boolean {
    return this.writable && this.other.#held >= highWaterMark;
  }

  open(owner: ChannelOwner): void {
    this.#owner = owner;
    if (this.#isClosed) owner.closed();
    this.resume();
  }

  write(bytes: Uint8Array, flushed: () => void = () => {}): void {
    if (this.writable) this.other.#arrive({ kind: 'bytes', bytes, flushed });
    else queueMicrotask(flushed);
  }

  end(how: End, last?: Uint8Array): void {
    if (this.#isClosed) return;
    if (last && last.length > 0) this.write(last);
    if (how === 'fin' && this.#hasEnded) return;
    this.#hasEnded = true;
    this.other.#arrive({ kind: 'end', how });
    if (how === 'rst') this.#close();
    else this.#closeIfOver();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedule();
  }

  destroy(): void {
    if (this.#isClosed) return;
    // As TCP does: an end that goes with something unread resets the connection.
    const how = this.#arrivals.length > 0 ? 'rst' : 'fin';
    if (!this.#hasEnded || how === 'rst') this.other.#arrive({ kind: 'end', how });
    this.#hasEnded = true;
    this.#close();
  }

  #arrive(arrival: Arrival): void {
    if (this.#isClosed) {
      if (arrival.kind === 'bytes') {
        queueMicrotask(arrival.flushed);
        this.other.#arrive({ kind: 'end', how: 'rst' });
      }
      return;
    }
    if (arrival.kind === 'bytes') this.#held += arrival.bytes.length;
    this.#arrivals.push(arrival);
    this.#schedule();
  }

  /** Never reports from inside a call: neither end is called while it calls the other. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const neededDrain = this.other.needsDrain;
    while (this.#owner && !this.#isPaused && !this.#isClosed) {
      const arrival = this.#arrivals.shift();
      if (!arrival) break;
      if (arrival.kind === 'bytes') {
        this.#held -= arrival.bytes.length;
        this.#owner.bytes(arrival.bytes);
        arrival.flushed();
      } else if (arrival.how === 'rst') {
        this.#owner.ended('rst');
        this.#close();
      } else {
        this.#sawEnd = true;
        this.#owner.ended('fin');
        this.#closeIfOver();
      }
    }
    if (neededDrain && !this.other.needsDrain) this.other.#owner?.drained();
  }

  #closeIfOver(): void {
    if (this.#hasEnded && this.#sawEnd) this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#hasEnded = true;
    const unread = this.#arrivals;
    this.#arrivals = [];
    this.#held = 0;
    for (const arrival of unread) if (arrival.kind === 'bytes') arrival.flushed();
    setImmediate(() => this.#owner?.closed());
  }
}
