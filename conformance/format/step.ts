/** Steps: what the peer does, and the words for it. */

import { type LengthForm, opcodes } from '../wire/wire.ts';
import { applyByKind, type ByKind, entryOf } from './by-kind.ts';
import type { Payload } from './payload.ts';

/** Adjacent items go out in one write. */
export type Step =
  | Item
  /** Items cut into segments of so many bytes, or one write for each item. */
  | { readonly kind: 'segments'; readonly of: number | 'each'; readonly items: readonly Item[] }
  /** Waits until the target has shown the next event of that kind. */
  | { readonly kind: 'await'; readonly event: AwaitedEvent }
  | { readonly kind: 'end'; readonly how: 'fin' | 'rst' }
  | { readonly kind: 'reading'; readonly on: boolean };

/** What a step can wait for from the target; `end` is the end of its half of TCP. */
export type AwaitedEvent = 'message' | 'ping' | 'pong' | 'close' | 'frame' | 'end';

/** What the peer can write. */
export type Item = FrameItem | MessageItem | BytesItem;

const areItems: { readonly [Kind in Step['kind']]: Kind extends Item['kind'] ? true : false } = {
  frame: true,
  message: true,
  bytes: true,
  segments: false,
  await: false,
  end: false,
  reading: false,
};

/** @throws {TypeError} for an unknown kind of step */
export const isItem = (step: Step): step is Item => entryOf(areItems, step.kind);

const itemsByKind: ByKind<Step, [], readonly Item[]> = {
  frame: (item) => [item],
  message: (item) => [item],
  bytes: (item) => [item],
  segments: ({ items }) => items,
  await: () => [],
  end: () => [],
  reading: () => [],
};

/** What the steps write, in whatever segments. */
export const itemsOf = (steps: readonly Step[]): readonly Item[] =>
  steps.flatMap((step) => applyByKind(itemsByKind, step));

const payloads: ByKind<Item, [], Payload> = {
  frame: ({ payload }) => payload,
  message: ({ payload }) => payload,
  bytes: ({ bytes }) => bytes,
};

export const payloadOf = (item: Item): Payload => applyByKind(payloads, item);

/** One frame, which may be invalid (§5.2). */
export interface FrameItem extends FrameOptions {
  readonly kind: 'frame';
  readonly opcode: number;
  readonly payload: Payload;
}

/** The parts of a frame that differ from what a correct sender writes. */
export interface FrameOptions {
  readonly fin?: boolean;
  readonly rsv1?: boolean;
  readonly rsv2?: boolean;
  readonly rsv3?: boolean;
  /** Default: random when the peer is the client, none when it is the server (§5.1). */
  readonly mask?: 'none' | Uint8Array;
  readonly lengthForm?: LengthForm;
  /** A length field that differs from the payload's length. */
  readonly declaredLength?: bigint;
  /** Write only so many bytes of the frame, or its header and so many bytes of its payload. */
  readonly cut?: number | { readonly payload: number };
}

/** A whole data message: fragmented or compressed as negotiated, by the peer's own writer. */
export interface MessageItem {
  readonly kind: 'message';
  readonly opcode: number;
  readonly payload: Payload;
  /** Bytes of payload per frame; an exact multiple ends in an empty frame. */
  readonly fragment?: number;
  readonly deflate?: boolean;
}

/** Bytes that need not be a frame. */
export interface BytesItem {
  readonly kind: 'bytes';
  readonly bytes: Payload;
}

/** One frame with any opcode, 0 to 15 (§5.2). */
export function frame(
  opcode: number,
  payload: Payload = '',
  options: FrameOptions = {},
): FrameItem {
  return { kind: 'frame', opcode, payload, ...options };
}
/** A text frame (§5.6). */
export function text(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.text, payload, options);
}
/** A binary frame (§5.6). */
export function binary(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.binary, payload, options);
}
/** A continuation frame (§5.4). */
export function continuation(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.continuation, payload, options);
}
/** A ping (§5.5.2). */
export function ping(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.ping, payload, options);
}
/** A pong (§5.5.3). */
export function pong(payload: Payload = '', options?: FrameOptions): FrameItem {
  return frame(opcodes.pong, payload, options);
}
/** A Close frame (§5.5.1). Without a code its body is empty. */
export function close(
  code?: number,
  reason: string | Uint8Array = '',
  options?: FrameOptions,
): FrameItem {
  const body =
    code === undefined
      ? Buffer.alloc(0)
      : Buffer.concat([Uint8Array.of((code >> 8) & 0xff, code & 0xff), Buffer.from(reason)]);
  return frame(opcodes.close, body, options);
}
/** A whole message, fragmented or compressed as negotiated. */
export function message(
  type: 'text' | 'binary',
  payload: Payload,
  options: Pick<MessageItem, 'fragment' | 'deflate'> = {},
): MessageItem {
  return { kind: 'message', opcode: opcodes[type], payload, ...options };
}
/** Bytes that need not be a frame. */
export function bytes(payload: Payload): BytesItem {
  return { kind: 'bytes', bytes: payload };
}
/** Writes the items in segments of `size` octets, which may end inside a frame. */
export function inSegmentsOf(size: number, ...items: Item[]): Step {
  return { kind: 'segments', of: size, items };
}
/** Writes each item in a separate segment. */
export function eachInItsOwnSegment(...items: Item[]): Step {
  return { kind: 'segments', of: 'each', items };
}
/** Waits for an event of the target before the next step. */
export function awaits(event: AwaitedEvent): Step {
  return { kind: 'await', event };
}
/** Ends the half of TCP that the peer writes. */
export const fin: Step = { kind: 'end', how: 'fin' };
/** Resets the connection. */
export const rst: Step = { kind: 'end', how: 'rst' };
/** Stops reading, so that the target feels back-pressure. */
export const stopReading: Step = { kind: 'reading', on: false };
/** Reads again after `stopReading`. */
export const resumeReading: Step = { kind: 'reading', on: true };
