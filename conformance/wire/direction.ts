/**
 * One side's stream of a recorded connection: a head, perhaps a body, then frames once the response
 * has opened them.
 */
import { type HeadKind, HeadReader, type HttpHead, headerValues } from './http-head.ts';
import { type Message, MessageAssembler, type ObservedFrame } from './messages.ts';
import type { BytesEntry, Side } from './timeline.ts';
import { FrameReader, opcodes } from './wire.ts';

/** A head, who sent it, and when its last byte was seen. */
export interface ObservedHead extends HttpHead {
  readonly from: Side;
  readonly at: number;
}

/** A Close frame, parsed (§5.5.1). */
export interface ObservedClose {
  /** Undefined where the Close frame carried none; also where its payload was one octet. */
  readonly code: number | undefined;
  /** The octets after the code: UTF-8 if the sender kept RFC 6455 §5.5.1. */
  readonly reason: Uint8Array;
  readonly frame: ObservedFrame;
}

/** How one direction ended, or that it did not. */
export type Ending =
  | { readonly how: 'fin' | 'rst'; readonly at: number }
  | { readonly how: 'timeout'; readonly at: number; readonly waitingFor: string }
  /** Reading stopped: it had sent more than `limit`. */
  | { readonly how: 'overflow'; readonly at: number; readonly limit: string }
  | { readonly how: 'open' };

/** What one side said, and when it was whole, in milliseconds since the connection was opened. */
export type DirectionEvent = { readonly from: Side; readonly at: number } & (
  | { readonly kind: 'head'; readonly head: ObservedHead }
  | { readonly kind: 'frame'; readonly frame: ObservedFrame }
  | { readonly kind: 'message'; readonly message: Message }
  | {
      readonly kind: 'ping' | 'pong';
      readonly payload: Uint8Array;
      readonly frame: ObservedFrame;
    }
  | { readonly kind: 'close'; readonly close: ObservedClose }
);

/** One side's part of the conversation. */
export interface Direction {
  /** The request, or the final response; undefined while it is not whole. */
  readonly head: ObservedHead | undefined;
  /** 1xx responses before the final one (RFC 9110 §15.2); 101 is final. */
  readonly interimHeads: readonly ObservedHead[];
  /** Bytes after the head that are not frames: a body, or anything after a refusal. */
  readonly body: Uint8Array;
  /** Whole frames in order, also those after a Close frame. */
  readonly frames: readonly ObservedFrame[];
  readonly messages: readonly Message[];
  /** Frames of a message that was not finished. */
  readonly unfinished: readonly ObservedFrame[];
  /** The first Close frame. */
  readonly close: ObservedClose | undefined;
  readonly ending: Ending;
  /** Bytes that make no whole head or frame yet, and what can be read of them. */
  readonly rest: Rest;
}

/** Bytes at the end of a stream that are not a whole head or frame. */
export interface Rest {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly head?: HttpHead;
  readonly frame?: ObservedFrame;
}

export class DirectionReader {
  readonly #side: Side;
  #headReader: HeadReader;
  #frameReader: FrameReader | undefined;
  #assembler = new MessageAssembler(undefined);
  #refused = false;
  /** Octets that Content-Length still promises (RFC 9112 §6.2): they are never frames. */
  #bodyLeft = 0;
  /** After the head, before it is known what they are. */
  #held: BytesEntry[] = [];
  #octetsHeld = 0;
  #position = 0;
  #head: ObservedHead | undefined;
  readonly #interimHeads: ObservedHead[] = [];
  readonly #body: Uint8Array[] = [];
  readonly #frames: ObservedFrame[] = [];
  readonly #messages: Message[] = [];
  #close: ObservedClose | undefined;
  #ending: Ending = { how: 'open' };

  constructor(side: Side) {
    this.#side = side;
    this.#headReader = new HeadReader(this.#headKind());
  }

  /** A generator, so that what a head decides holds for the bytes after it in the same entry. */
  *read(entry: BytesEntry): Generator<DirectionEvent> {
    let bytes = entry.bytes;
    while (!this.#head && bytes.length > 0) {
      const found = this.#headReader.push(bytes);
      if (!found) return;
      bytes = found.rest;
      const head = { ...found.head, from: this.#side, at: entry.at };
      this.#position = head.offset + head.length;
      if (isInterim(head)) {
        this.#interimHeads.push(head);
        this.#headReader = new HeadReader(this.#headKind(), this.#position);
      } else {
        this.#head = head;
        if (this.#side === 'client') this.#bodyLeft = contentLength(head);
        if (this.#frameReader) this.#frameReader = new FrameReader(this.#position + this.#bodyLeft);
      }
      yield { kind: 'head', from: this.#side, at: entry.at, head };
    }
    yield* this.#readBehindHead(entry.at, bytes);
  }

  /** Whether a frame may begin with the next byte: the connection is open, and none is unfinished. */
  get isBetweenFrames(): boolean {
    const isOpen = this.#head !== undefined && this.#bodyLeft === 0;
    return isOpen && (this.#frameReader?.isBetweenFrames ?? false);
  }

  /** Whether a whole frame has been seen: cheaper than to ask for the direction, which copies all. */
  get hasFrame(): boolean {
    return this.#frames.length > 0;
  }

  /** Octets whose meaning the response will decide. */
  get octetsAhead(): number {
    return this.#octetsHeld;
  }

  accept(assembler: MessageAssembler): DirectionEvent[] {
    this.#assembler = assembler;
    this.#frameReader = new FrameReader(this.#position + this.#bodyLeft);
    return this.#release();
  }

  refuse(): DirectionEvent[] {
    this.#refused = true;
    return this.#release();
  }

  end(how: 'fin' | 'rst', at: number): void {
    this.#ending = { how, at };
  }

  overflow(limit: string, at: number): void {
    this.#ending = { how: 'overflow', at, limit };
  }

  get head(): ObservedHead | undefined {
    return this.#head;
  }

  direction(timeout: Ending | undefined): Direction {
    return {
      head: this.#head,
      interimHeads: [...this.#interimHeads],
      body: Buffer.concat(this.#body),
      frames: [...this.#frames],
      messages: [...this.#messages],
      unfinished: [...this.#assembler.unfinished],
      close: this.#close,
      ending: this.#ending.how === 'open' ? (timeout ?? this.#ending) : this.#ending,
      rest: this.rest,
    };
  }

  #headKind(): HeadKind {
    return this.#side === 'client' ? 'request' : 'response';
  }

  #release(): DirectionEvent[] {
    const held = this.#held;
    this.#held = [];
    this.#octetsHeld = 0;
    return held.flatMap((entry) => [...this.#readBehindHead(entry.at, entry.bytes)]);
  }

  *#readBehindHead(at: number, bytes: Uint8Array): Generator<DirectionEvent> {
    const inBody = this.#refused ? bytes.length : Math.min(this.#bodyLeft, bytes.length);
    if (inBody > 0) {
      this.#body.push(bytes.subarray(0, inBody));
      this.#bodyLeft = Math.max(0, this.#bodyLeft - inBody);
      this.#position += inBody;
    }
    const rest = bytes.subarray(inBody);
    if (rest.length === 0) return;
    if (this.#frameReader) {
      for (const read of this.#frameReader.push(rest)) {
        yield* this.#readFrame(Object.assign(read, { from: this.#side, at }));
      }
    } else {
      this.#held.push({ kind: 'bytes', from: this.#side, at, offset: this.#position, bytes: rest });
      this.#octetsHeld += rest.length;
    }
  }

  *#readFrame(frame: ObservedFrame): Generator<DirectionEvent> {
    const { from, at } = frame;
    this.#frames.push(frame);
    yield { kind: 'frame', from, at, frame };
    const message = this.#assembler.push(frame);
    if (message) {
      this.#messages.push(message);
      yield { kind: 'message', from, at, message };
    }
    if (frame.opcode === opcodes.ping)
      yield { kind: 'ping', from, at, payload: frame.payload, frame };
    if (frame.opcode === opcodes.pong)
      yield { kind: 'pong', from, at, payload: frame.payload, frame };
    if (frame.opcode === opcodes.close) {
      const close = readClose(frame);
      this.#close ??= close;
      yield { kind: 'close', from, at, close };
    }
  }

  get rest(): Rest {
    if (!this.#head) return this.#headReader.rest();
    if (!this.#frameReader) {
      const bytes = Buffer.concat(this.#held.map((entry) => entry.bytes));
      return { bytes, offset: this.#held[0]?.offset ?? this.#position };
    }
    const { frame, ...rest } = this.#frameReader.rest();
    const at = this.#ending.how === 'open' ? 0 : this.#ending.at;
    return frame ? { ...rest, frame: Object.assign(frame, { from: this.#side, at }) } : rest;
  }
}

function contentLength(head: HttpHead): number {
  const value = headerValues(head, 'Content-Length')[0];
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : 0;
}

function readClose(frame: ObservedFrame): ObservedClose {
  const { payload } = frame;
  // RFC 6455 §5.5.1: a code is two octets in network byte order.
  if (payload.length < 2) return { code: undefined, reason: payload, frame };
  return { code: (payload[0]! << 8) | payload[1]!, reason: payload.subarray(2), frame };
}

/** 1xx responses come before the final one (RFC 9110 §15.2); 101 is final here. */
export function isInterim(head: HttpHead): boolean {
  const line = head.startLine;
  return (
    line.kind === 'response' && line.status !== 101 && Math.trunc((line.status ?? 0) / 100) === 1
  );
}
