/**
 * A proxy between clients and one target that records every connection and changes nothing on the
 * way (`relay.ts`). It can speak TLS on either side; it then records the decrypted streams.
 */

import type { Conversation } from '../wire/conversation.ts';
import type { Side, Timeline } from '../wire/timeline.ts';
import type { Channel } from './channel.ts';
import { Condition, type WaitOptions } from './condition.ts';
import { type Address, dial } from './dial.ts';
import { type Listener, type ListenOptions, listen } from './listen.ts';
import { budgetOf, defaultLimit, type RecordLimit } from './record-limit.ts';
import { defaultTimeout, type RecordActivity, Recording } from './recording.ts';
import { Relay } from './relay.ts';

/** Where a tap listens, and what it connects to. */
export interface TapOptions extends ListenOptions {
  /** `tls`: the target is dialled over TLS. Its certificate is verified unless that says otherwise. */
  readonly target: Address;
  /** How much of one connection is recorded; default 128 MiB and 250,000 frames. */
  readonly limit?: RecordLimit;
}

/** What subscribers get, in order: a connection is opened, then its record grows, then it is closed. */
export type TapActivity = { readonly connection: TapConnection } & (
  | { readonly kind: 'opened' }
  | RecordActivity
);

/** Called with each activity. */
export type TapListener = (activity: TapActivity) => void;

/**
 * Listens, and resolves once it does.
 * @throws when the address cannot be bound; the message says which one and what to do
 */
export async function startTap(options: TapOptions): Promise<Tap> {
  const { host = '127.0.0.1', port = 0 } = options;
  const tap = new Tap(options);
  try {
    await tap.listen();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const advice =
      code === 'EADDRINUSE' ? 'something else listens there; port 0 takes any free one' : message;
    throw new Error(`The tap cannot listen on ${host}:${port}: ${advice}.`, { cause: error });
  }
  return tap;
}

/** A relay that listens, and the connections that it has relayed. */
export class Tap {
  /** In order of arrival, closed ones too. */
  readonly connections: TapConnection[] = [];
  /** Why clients could not open TLS to the tap: such connections are not recorded. */
  readonly failures: string[] = [];
  readonly #options: TapOptions;
  readonly #listeners = new Set<TapListener>();
  readonly #arrivals = new Condition();
  readonly #abort = new AbortController();
  #listener: Listener | undefined;

  /** `startTap` makes one that listens. */
  constructor(options: TapOptions) {
    this.#options = options;
  }

  get host(): string {
    return this.#listener!.host;
  }

  get port(): number {
    return this.#listener!.port;
  }

  async listen(): Promise<void> {
    this.#listener = await listen(
      this.#options,
      (client) => this.#accept(client),
      ({ message }) => {
        this.failures.push(message);
        this.#arrivals.notify();
      },
    );
  }

  /** Calls `listener` for everything from now on; call the returned function to stop. */
  subscribe(listener: TapListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The connection of that index, 0 being the first, as soon as it is there.
   * @throws when it has not come after `timeout` ms
   */
  async connection(
    index = 0,
    { timeout = defaultTimeout, signal }: WaitOptions = {},
  ): Promise<TapConnection> {
    const isThere = () => this.connections.length > index;
    const outcome = await this.#arrivals.until(isThere, { timeout, signal });
    if (outcome === 'met') return this.connections[index]!;
    const when = { closed: 'closed', aborted: 'aborted', timeout: `after ${timeout} ms` }[outcome];
    const failures = this.failures.map((failure) => `; a TLS handshake failed: ${failure}`);
    throw new Error(
      `${when}: connection ${index} did not come: there were ${this.connections.length}${failures.join('')}`,
    );
  }

  /** Stops listening and destroys every connection. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#arrivals.close();
    for (const connection of this.connections) connection.destroy();
    await this.#listener?.close();
  }

  #accept(client: Channel): void {
    const { target, limit } = this.#options;
    const server = dial(target, { signal: this.#abort.signal }).catch((error: Error) => {
      const where = `${target.host}:${target.port}`;
      throw new Error(`could not connect to ${where}: ${error.message}`, { cause: error });
    });
    const connection = new TapConnection(this.connections.length, client, server, limit);
    this.connections.push(connection);
    const report = (activity: TapActivity) => {
      for (const listener of this.#listeners) listener(activity);
    };
    connection.recording.subscribe((activity) => report({ ...activity, connection }));
    report({ kind: 'opened', connection });
    this.#arrivals.notify();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** One relayed connection and its record. */
export class TapConnection {
  readonly index: number;
  readonly recording: Recording;
  readonly relay: Relay;

  constructor(index: number, client: Channel, server: Promise<Channel>, limit = defaultLimit) {
    this.index = index;
    this.recording = new Recording(client.description.transport, `connection ${index}`);
    this.relay = new Relay(client, server, { recording: this.recording, budget: budgetOf(limit) });
  }

  get isClosed(): boolean {
    return this.recording.isClosed;
  }

  timeline(): Timeline {
    return this.recording.timeline();
  }

  conversation(): Conversation {
    return this.recording.conversation();
  }

  /** Everything that side wrote so far. */
  bytes(side: Side): Buffer {
    return this.recording.bytes(side);
  }

  /** The record so far, as text for a person. */
  annotated(): string {
    return this.recording.annotated();
  }

  /** The whole timeline, once the connection is over; throws as `Recording.closed` does. */
  closed(options?: WaitOptions): Promise<Timeline> {
    return this.recording.closed(options);
  }

  /** Destroys both channels; nothing of it is recorded. */
  destroy(): void {
    this.relay.destroy();
  }
}
