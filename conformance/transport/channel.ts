/**
 * One end of a connection, whatever carries it: a byte stream in each direction, each of which can
 * end by itself. Over TCP and TLS a channel is a whole connection; over HTTP/2 it is one stream.
 */
import type { Timeline } from '../wire/timeline.ts';

/** The address of one end of a connection. */
export interface Endpoint {
  /** An IP address; empty where there is none. */
  readonly address: string;
  readonly port: number;
}

/** What carries a channel, and where its ends are. */
export interface ChannelDescription {
  readonly transport: Timeline['transport'];
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly tls?: {
    /** `TLSv1.3` */
    readonly version: string;
    readonly cipher: string;
    /** What ALPN agreed on. */
    readonly protocol: string | undefined;
    /** The host name that the client asked for by SNI. */
    readonly servername: string | undefined;
  };
}

/** How a direction ends: in order, or cut off together with the other one. */
export type End = 'fin' | 'rst';

/** One end of a connection that is open. */
export interface Channel {
  readonly description: ChannelDescription;
  /** Whether this end may still write. */
  readonly writable: boolean;
  /** Octets that were written here and are still held in this process. */
  readonly buffered: number;
  /** Whether so much is held that `drained` will be called; until then the owner should not write. */
  readonly needsDrain: boolean;
  /**
   * Starts to read, and reports to `owner` from now on instead of to an earlier one. Nothing is read
   * before the first call; an end that has come by then is reported at once.
   */
  open(owner: ChannelOwner): void;
  /** @param flushed is called when nothing of it is held any more, sent or not */
  write(bytes: Uint8Array, flushed?: () => void): void;
  /**
   * Ends this end's direction after what was written (`fin`), or the connection at once (`rst`).
   * @param last leaves together with the end
   */
  end(how: End, last?: Uint8Array): void;
  pause(): void;
  resume(): void;
  /** Frees the channel at once. The owner is called with `closed` at most. */
  destroy(): void;
}

/** What a channel reports, in order. */
export interface ChannelOwner {
  /** @param bytes will not be written to again */
  bytes(bytes: Uint8Array): void;
  /** The other end has ended its direction. */
  ended(how: End): void;
  /** The connection broke in another way: neither direction works any more. */
  failed(error: Error): void;
  /** What was held has left. */
  drained(): void;
  /** The channel is free: nothing is reported any more. */
  closed(): void;
}
