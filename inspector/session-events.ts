// What the inspector's backend tells its page, one JSON object per line, and what the page asks
// for. Types only, and nothing of Node: the page imports them, and loads nothing from here.

export type Side = 'client' | 'server';

/** The tap is ready: whatever connects to `url` reaches the target through it. */
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

/** A frame: as soon as it is whole, or cut short when its direction ends. */
export interface FrameEvent extends OnConnection {
  readonly kind: 'frame';
  readonly from: Side;
  /** Not sent by that side but put into its stream by the inspector. */
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
  /** After unmasking, in hex; the first bytes only when long. */
  readonly payload: string;
  /** What came, not what was declared. */
  readonly payloadLength: number;
  readonly complete: boolean;
  /** Whether permessage-deflate was agreed for this direction, so that RSV1 has a meaning. */
  readonly deflate: boolean;
}

/** A whole message, after the frame that completed it. */
export interface MessageEvent extends OnConnection {
  readonly kind: 'message';
  readonly from: Side;
  readonly type: 'text' | 'binary';
  readonly compressed: boolean;
  readonly frames: number;
  /** The text, or the bytes in hex; the first part only when long. Absent when it cannot be read. */
  readonly content?: string;
  /** Bytes after inflating. */
  readonly length: number;
}

/** A side ended its direction of the TCP connection. */
interface EndedEvent extends OnConnection {
  readonly kind: 'fin' | 'rst';
  readonly from: Side;
}

/** Bytes that are no frame when their direction ends: a head cut short, or the body of a refusal. */
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

/** One frame to put into a stream, legal or not. What is left out is what a correct sender would choose. */
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
