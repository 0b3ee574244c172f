/** Maps the events of a reader of the wire to the events that the page receives. */

import type { Conversation, ConversationEvent } from '../conformance/wire/conversation.ts';
import { type ReadFrame, writeFrame } from '../conformance/wire/wire.ts';
import type { FrameEvent, SessionEvent, Side } from './session-events.ts';

/** How many bytes of a payload or message the page receives; the saved timeline has all. */
const shownBytes = 4096;

export interface SessionEventMapperOptions {
  readonly connection: number;
  /** Whether the byte at this offset of a side's stream was injected by the inspector. */
  readonly isInjected: (side: Side, offset: number) => boolean;
  /** What has been read so far. */
  readonly conversation: () => Conversation;
}

export class SessionEventMapper {
  readonly #options: SessionEventMapperOptions;
  #deflate = false;

  constructor(options: SessionEventMapperOptions) {
    this.#options = options;
  }

  /** Events in order; none if the page would learn nothing new. */
  map(event: ConversationEvent): SessionEvent[] {
    const { connection } = this.#options;
    switch (event.kind) {
      case 'head': {
        const { from, at, head } = event;
        const { startLine } = head;
        this.#deflate = this.#options.conversation().deflate !== undefined;
        const status = startLine.kind === 'response' ? startLine.status : undefined;
        return [
          {
            kind: 'head',
            connection,
            from,
            at,
            startLine: startLine.text,
            headers: head.headers.map(({ name, value }) => ({ name, value })),
            ...(status === undefined ? {} : { status }),
          },
        ];
      }
      case 'frame':
        return [this.#frame(event.from, event.at, event.frame)];
      case 'message': {
        const { from, at, type, compressed, frames, data } = event.message;
        return [
          {
            kind: 'message',
            connection,
            from,
            at,
            type,
            compressed,
            frames: frames.length,
            length: data?.length ?? 0,
            ...(data && { content: contentOf(type, data) }),
          },
        ];
      }
      case 'fin':
      case 'rst': {
        const { kind, from, at } = event;
        return [...this.#leftOver(from, at), { kind, connection, from, at }];
      }
      default:
        return [];
    }
  }

  #leftOver(from: Side, at: number): SessionEvent[] {
    const { connection, conversation } = this.#options;
    const { body, rest } = conversation()[from];
    if (rest.frame) return [this.#frame(from, at, rest.frame)];
    const bytes = body.length > 0 ? body : rest.bytes;
    if (bytes.length === 0) return [];
    const start = hex(bytes.subarray(0, shownBytes));
    return [{ kind: 'leftover', connection, from, at, bytes: start, length: bytes.length }];
  }

  #frame(from: Side, at: number, frame: ReadFrame): FrameEvent {
    const { offset, complete, fin, rsv1, rsv2, rsv3, opcode, maskKey, lengthForm, payload } = frame;
    return {
      kind: 'frame',
      connection: this.#options.connection,
      from,
      at,
      injected: this.#options.isInjected(from, offset),
      deflate: this.#deflate,
      offset,
      complete,
      header: hex(writeFrame({ ...frame, payload: new Uint8Array(0) })),
      fin,
      rsv1,
      rsv2,
      rsv3,
      opcode,
      lengthForm,
      declaredLength: frame.declaredLength.toString(),
      payload: hex(payload.subarray(0, shownBytes)),
      payloadLength: payload.length,
      ...(maskKey ? { maskKey: hex(maskKey) } : {}),
    };
  }
}

function contentOf(type: 'text' | 'binary', data: Uint8Array): string {
  const start = data.subarray(0, shownBytes);
  return type === 'text' ? new TextDecoder().decode(start) : hex(start);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
