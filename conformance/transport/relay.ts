/**
 * Passes the bytes of two channels on to each other, and records them. By itself it changes
 * nothing: bytes go on at once, a FIN stays a FIN with the other direction open, a reset stays a
 * reset, and a slow reader slows the writer down. On request it puts bytes into a stream, holds
 * both streams, or cuts the connection.
 */
import { otherSide, type Side } from '../wire/timeline.ts';
import type { Channel, ChannelOwner } from './channel.ts';
import { channelPair } from './memory-channel.ts';
import type { RecordBudget, Recording } from './recording.ts';
import type { Transform } from './transform.ts';

/** Where a relay records, and what it changes. */
export interface RelayOptions {
  readonly recording: Recording;
  /** What the client has sent that was read before. */
  readonly received?: Uint8Array;
  /** Changes what a side sends; what is recorded is what goes on. */
  readonly transform?: Partial<Record<Side, Transform>>;
  /** How much of both sides is recorded; what exceeds it is relayed and not recorded. */
  readonly budget?: RecordBudget;
}

/** `stall` holds everything that either side sends until `resume()`. */
export type Cut = 'fin' | 'rst' | 'stall';

const sides = ['client', 'server'] as const;

/** Passes the bytes of two channels on to each other, and records them. */
export class Relay {
  readonly recording: Recording;
  readonly #channels: Partial<Record<Side, Channel>> = {};
  readonly #options: RelayOptions;
  readonly #injected: Record<Side, { readonly start: number; readonly end: number }[]> = {
    client: [],
    server: [],
  };
  /** Octets of each side that went on. */
  readonly #sent: Record<Side, number> = { client: 0, server: 0 };
  readonly #ended = new Set<Side>();
  readonly #closed = new Set<Side>();
  #isStalled = false;
  #isDestroyed = false;

  /**
   * Nothing is read from the client before the server is there.
   * @param server rejects with the reason why it cannot be reached
   */
  constructor(client: Channel, server: Channel | Promise<Channel>, options: RelayOptions) {
    this.recording = options.recording;
    this.#options = options;
    this.#channels.client = client;
    Promise.resolve(server).then(
      (channel) => this.#connect(client, channel),
      (error: Error) => this.#unreachable(client, error),
    );
  }

  /**
   * Puts bytes into the stream of one side, as soon as that side is between two frames.
   * @throws Error when the stream of that side has ended
   */
  async inject(as: Side, bytes: Uint8Array): Promise<void> {
    const { recording } = this;
    await recording.until(() => recording.isCut || recording.rest(as).bytes.length === 0);
    if (recording.isCut) {
      throw new Error(
        `So much has passed that the ${as} is no longer recorded: a frame cannot be injected, as it is unknown where one may begin.`,
      );
    }
    const to = this.#channels[otherSide(as)];
    if (this.#ended.has(as) || !to?.writable) {
      throw new Error(`The stream of the ${as} has ended: nothing can be injected into it.`);
    }
    const start = this.#sent[as];
    this.#injected[as].push({ start, end: start + bytes.length });
    this.#pass(as, bytes, to);
  }

  /** Whether the byte at this offset of a side's stream was put there by `inject`. */
  isInjected(side: Side, offset: number): boolean {
    return this.#injected[side].some(({ start, end }) => offset >= start && offset < end);
  }

  /** Ends both directions (`fin`), resets both ends (`rst`), or holds both streams (`stall`). */
  cut(how: Cut): void {
    this.#isStalled = how === 'stall';
    for (const side of sides) {
      const channel = this.#channels[side];
      if (how === 'stall') channel?.pause();
      else if (how === 'rst') channel?.end('rst');
      else if (channel?.writable) channel.end('fin');
    }
  }

  /** Goes on after `cut('stall')`. */
  resume(): void {
    this.#isStalled = false;
    for (const side of sides) this.#readOn(side);
  }

  /** Destroys both channels; nothing of it is recorded. */
  destroy(): void {
    this.#isDestroyed = true;
    for (const side of sides) this.#channels[side]?.destroy();
  }

  #connect(client: Channel, server: Channel): void {
    this.#channels.server = server;
    if (this.#isDestroyed) server.destroy();
    const { received } = this.#options;
    if (received) this.#take('client', received, server);
    client.open(this.#owner('client', server));
    server.open(this.#owner('server', client));
    if (this.#isStalled) this.cut('stall');
  }

  /** A client that dialled the target itself would have been refused: a reset is nearest. */
  #unreachable(client: Channel, error: Error): void {
    this.recording.failure ??= error.message;
    this.#closed.add('server');
    client.open({
      bytes: () => {},
      ended: () => {},
      failed: () => {},
      drained: () => {},
      closed: () => this.#close('client'),
    });
    client.end('rst');
  }

  #owner(side: Side, to: Channel): ChannelOwner {
    return {
      bytes: (bytes) => this.#take(side, bytes, to),
      drained: () => this.#readOn(otherSide(side)),
      ended: (how) => {
        const rest = this.#options.transform?.[side]?.end();
        if (how === 'fin' && rest && rest.length > 0) this.#pass(side, rest, to);
        this.#ended.add(side);
        this.recording.recordEnd(how, side);
        if (how === 'fin') to.end('fin');
        else resetAfterWrites(to);
      },
      failed: (error) => {
        this.recording.failure ??= `lost the ${side}: ${error.message}`;
        this.#ended.add(side);
        resetAfterWrites(to);
      },
      closed: () => {
        // It was destroyed on this side.
        if (!this.#ended.has(side)) to.destroy();
        this.#close(side);
      },
    };
  }

  #take(side: Side, bytes: Uint8Array, to: Channel): void {
    const passed = this.#options.transform?.[side]?.push(bytes) ?? bytes;
    if (passed.length === 0) return;
    this.#pass(side, passed, to);
    if (to.needsDrain) this.#channels[side]?.pause();
  }

  #pass(side: Side, bytes: Uint8Array, to: Channel): void {
    this.#sent[side] += bytes.length;
    this.recording.recordBytes(side, bytes, this.#options.budget);
    to.write(bytes);
  }

  #readOn(side: Side): void {
    if (!this.#isStalled && !this.#channels[otherSide(side)]?.needsDrain) {
      this.#channels[side]?.resume();
    }
  }

  #close(side: Side): void {
    this.#closed.add(side);
    if (this.#closed.size === sides.length) this.recording.close();
  }
}

/**
 * A server channel whose other end is played by `handler`: the relay's client is answered in place of
 * a target, which is not dialled.
 */
export async function answer(handler: (channel: Channel) => void): Promise<Channel> {
  const [forRelay, forHandler] = channelPair();
  handler(forHandler);
  return forRelay;
}

/** Passes a reset on after the bytes that came before it. */
function resetAfterWrites(channel: Channel): void {
  if (channel.buffered === 0 || !channel.writable) channel.end('rst');
  else channel.write(new Uint8Array(0), () => channel.end('rst'));
}
