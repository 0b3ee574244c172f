/** What a test sees of a recorded connection: handshake, frames, messages and the end. */
import type { ObservedHead } from '../conformance/wire/direction.ts';
import type { Header } from '../conformance/wire/http-head.ts';
import { type Message, messageText, type ObservedFrame } from '../conformance/wire/messages.ts';
import type { Side } from '../conformance/wire/timeline.ts';

/** An end of a connection: the page (its client side), or the server that it connects to. */
export type WireEnd = 'page' | 'server';

/** An opening request as it was sent (RFC 6455 §4.1). */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** `HTTP/1.1` */
  readonly httpVersion: string;
  /** In the order and letter case of the wire. */
  readonly headers: readonly Header[];
}

/** The response to an opening request as it was sent (RFC 6455 §4.2.2). */
export interface WireResponse {
  readonly status: number;
  readonly reason: string;
  /** In the order and letter case of the wire. */
  readonly headers: readonly Header[];
}

/** A frame (RFC 6455 §5.2). */
export interface WireFrame {
  readonly from: WireEnd;
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly rsv2: boolean;
  readonly rsv3: boolean;
  /** The masking key: four octets; null for an unmasked frame. */
  readonly mask: Uint8Array | null;
  /** Unmasked; compressed if the message is. */
  readonly payload: Uint8Array;
  /** Of its first octet in the stream of its side, handshake included. */
  readonly offset: number;
  /** When its last octet was seen: milliseconds since the connection was opened. */
  readonly time: number;
}

/** A data message (RFC 6455 §5.4), reassembled and inflated. */
export interface WireMessage {
  readonly from: WireEnd;
  readonly type: 'text' | 'binary';
  /** A string for text. A Buffer for binary messages, and for text that is not UTF-8. */
  readonly data: string | Buffer;
  /** Whether it was sent compressed (RFC 7692 §6). */
  readonly compressed: boolean;
  readonly fragments: number;
  /** When its last octet was seen: milliseconds since the connection was opened. */
  readonly time: number;
}

/** A ping or pong (RFC 6455 §5.5.2, §5.5.3). */
export interface WireControl {
  readonly from: WireEnd;
  readonly payload: Uint8Array;
  readonly time: number;
}

/** How a connection ended, or that it did not. */
export interface WireClosing {
  /** What closed it first; `test` for `wire.cut()`; null while it is open. */
  readonly by: WireEnd | 'test' | null;
  /** Of the first Close frame; null without one, or if it has no code. */
  readonly code: number | null;
  /** Of the first Close frame; empty without one. */
  readonly reason: string;
  /** `close`: by a Close frame; `fin`, `rst`: TCP ended without one. */
  readonly ending: 'close' | 'fin' | 'rst' | 'open';
}

export const endOf = (side: Side): WireEnd => (side === 'client' ? 'page' : 'server');
export const sideOf = (end: WireEnd): Side => (end === 'page' ? 'client' : 'server');

export const headersOf = ({ headers }: ObservedHead): readonly Header[] =>
  headers.map(({ name, value }) => [name, value]);

export const frameOf = (frame: ObservedFrame): WireFrame => ({
  from: endOf(frame.from),
  opcode: frame.opcode,
  fin: frame.fin,
  rsv1: frame.rsv1,
  rsv2: frame.rsv2,
  rsv3: frame.rsv3,
  mask: frame.maskKey ?? null,
  payload: frame.payload,
  offset: frame.offset,
  time: frame.at,
});

export function messageOf(message: Message): WireMessage {
  const { from, type, compressed, frames, at } = message;
  const data = messageText(message) ?? Buffer.from(message.data ?? message.wirePayload);
  return { from: endOf(from), type, data, compressed, fragments: frames.length, time: at };
}
