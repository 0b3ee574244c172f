/**
 * The events that the inspector's backend sends to its page, one JSON object per line, and the
 * page's requests. Types only, independent of Node: the page imports them and loads nothing.
 */

export type Side = 'client' | 'server';

/** The tap is ready: clients that connect to `url` reach the target through it. */
interface ListeningEvent {
  readonly kind: 'listening';
  /** Names the session in later requests. */
  readonly session: string;
  readonly url: string;
}

interface OnConnection {
  /** Counts from 1 within the session. */
  readonly connection: number;
  /** Milliseconds since the connection was opened. */
  readonly at: number;
}

interface ConnectedEvent extends OnConnection {
  readonly kind: 'connected';
}

/** The tap could not reach the target, or cannot go on. */
interface ProblemEvent extends OnConnection {
  readonly kind: 'problem';
  readonly sentence: string;
}

/** The whole request or response head. */
export interface HeadEvent extends OnConnection {
  readonly kind: 'head';
  readonly from: Side;
  readonly startLine: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Of a response. */
  readonly status?: number;
}

/** A frame: reported when it is complete, or cut short when its direction ends. */
export interface FrameEvent extends OnConnection {
  readonly kind: 'frame';
  readonly from: Side;
  /** Injected by the inspector rather than sent by that side. */
  readonly injected: boolean;
  /** Index of the first header byte in the stream of its side. */
  readonly offset: number;
  /** 2 to 14 bytes, in hex. */
  readonly header: string;
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly rsv2: boolean;
  readonly rsv3: boolean;
  readonly opcode: number;
  /** Four bytes in hex, or absent for an unmasked frame. */
  readonly maskKey?: string;
  readonly lengthForm: 7 | 16 | 64;
  /** Decimal: 64 bits do not fit a JSON number. */
  readonly declaredLength: string;
  /** After unmasking, in hex; only the first bytes of a long payload. */
  readonly payload: string;
  /** The number of bytes received, not the declared length. */
  readonly payloadLength: number;
  readonly complete: boolean;
  /** Whether permessage-deflate was negotiated for this direction, so that RSV1 has a meaning. */
  readonly deflate: boolean;
}

/** A complete message, after the frame that completed it. */
export interface MessageEvent extends OnConnection {
  readonly kind: 'message';
  readonly from: Side;
  readonly type: 'text' | 'binary';
  readonly compressed: boolean;
  readonly frames: number;
  /** The text, or the bytes in hex; only the first part of a long one. Absent when undecodable. */
  readonly content?: string;
  /** Bytes after inflating. */
  readonly length: number;
}

/** A side ended its direction of the TCP connection. */
interface EndedEvent extends OnConnection {
  readonly kind: 'fin' | 'rst';
  readonly from: Side;
}

/** Bytes at the end of a direction that are not a frame: a truncated head, or a refusal's body. */
interface LeftoverEvent extends OnConnection {
  readonly kind: 'leftover';
  readonly from: Side;
  /** The first bytes, in hex. */
  readonly bytes: string;
  readonly length: number;
}

export type SessionEvent =
  | ListeningEvent
  | ConnectedEvent
  | ProblemEvent
  | HeadEvent
  | FrameEvent
  | MessageEvent
  | EndedEvent
  | LeftoverEvent;

/** A frame to inject, legal or not. Omitted properties are what a correct sender would choose. */
export interface FrameRequest {
  readonly opcode: number;
  readonly fin?: boolean;
  readonly rsv1?: boolean;
  readonly rsv2?: boolean;
  readonly rsv3?: boolean;
  readonly masked: boolean;
  readonly lengthForm?: 7 | 16 | 64;
  /** Decimal. */
  readonly declaredLength?: string;
  /** Hex, before masking. */
  readonly payload: string;
}

export interface InjectionRequest {
  readonly connection: number;
  /** The side whose stream the frames enter: those of `client` reach the server. */
  readonly as: Side;
  readonly frames: readonly FrameRequest[];
}
