/** Messages for applications that iterate instead of using a handler. */
import type { Message } from '../protocol/message.ts';

/** Hands messages to one iterating reader, and reports when it falls behind. */
export class MessageQueue implements AsyncIterableIterator<Message> {
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #onRoom: () => void;
  readonly #onStop: (left: readonly Message[]) => void;
  readonly #messages: Message[] = [];
  readonly #waiting: ((result: IteratorResult<Message>) => void)[] = [];
  #bytes = 0;
  #ended = false;

  /**
   * @param onRoom called when the reader has caught up after `full`
   * @param onStop called when the reader leaves its loop, with the messages it has not read
   */
  constructor(
    maxMessages: number,
    maxBytes: number,
    onRoom: () => void,
    onStop: (left: readonly Message[]) => void,
  ) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
    this.#onRoom = onRoom;
    this.#onStop = onStop;
  }

  /** Whether the sender should pause. */
  get full(): boolean {
    return this.#messages.length >= this.#maxMessages || this.#bytes >= this.#maxBytes;
  }

  push(message: Message): void {
    const kept = message.keep();
    const reader = this.#waiting.shift();
    if (reader !== undefined) {
      reader({ value: kept, done: false });
      return;
    }
    this.#messages.push(kept);
    this.#bytes += kept.byteLength;
  }

  /** No message will follow; queued ones are still handed out. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#waiting.splice(0)) reader({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<Message>> {
    const wasFull = this.full;
    const message = this.#messages.shift();
    if (message !== undefined) {
      this.#bytes -= message.byteLength;
      if (wasFull && !this.full) this.#onRoom();
      return Promise.resolve({ value: message, done: false });
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<Message>> {
    const left = this.#messages.splice(0);
    this.#bytes = 0;
    this.end();
    this.#onStop(left);
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
