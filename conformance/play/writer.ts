/** Turns the items of a case into the bytes that one side writes. */

import { applyByKind, type ByKind } from '../format/by-kind.ts';
import { bytesOf } from '../format/payload.ts';
import type { FrameItem, Item, MessageItem } from '../format/step.ts';
import type { MessageDeflater } from '../wire/deflate.ts';
import type { Side } from '../wire/timeline.ts';
import { opcodes, writeFrame } from '../wire/wire.ts';

export class ItemWriter {
  readonly #side: Side;
  readonly #random: (length: number) => Uint8Array;
  /** Set once permessage-deflate is agreed on. */
  deflater: MessageDeflater | undefined;
  /** True while the other side is inside a frame: the last one was cut or lied about its length. */
  insideFrame = false;
  /** True once a Close frame was written. */
  hasClosed = false;

  readonly #chunks: ByKind<Item, [], Uint8Array[]> = {
    bytes: ({ bytes }) => [bytesOf(bytes)],
    frame: (item) => [this.#writeFrame(item)],
    message: (item) => this.#framesOf(item).map((frame) => this.#writeFrame(frame)),
  };

  constructor(side: Side, random: (length: number) => Uint8Array) {
    this.#side = side;
    this.#random = random;
  }

  /** One chunk per frame. */
  write(items: readonly Item[]): Uint8Array[] {
    return items.flatMap((item) => applyByKind(this.#chunks, item));
  }

  #writeFrame(item: FrameItem): Uint8Array {
    const { kind: _, payload, mask, cut, ...fields } = item;
    if (item.opcode === opcodes.close) this.hasClosed = true;
    this.insideFrame = cut !== undefined || item.declaredLength !== undefined;
    const body = bytesOf(payload);
    const bytes = writeFrame({ ...fields, payload: body, maskKey: this.#maskKey(mask) });
    if (cut === undefined) return bytes;
    const end = typeof cut === 'number' ? cut : bytes.length - body.length + cut.payload;
    // A frame of a server has no masking key, so it is four bytes shorter than one of a client.
    if (end >= bytes.length) {
      throw new RangeError(`a frame of ${bytes.length} bytes is not cut after ${end}`);
    }
    return bytes.subarray(0, end);
  }

  /** RFC 6455 §5.1: the client masks, the server does not. */
  #maskKey(mask: FrameItem['mask']): Uint8Array | undefined {
    if (mask === 'none') return undefined;
    if (mask) return mask;
    return this.#side === 'client' ? this.#random(4) : undefined;
  }

  #framesOf(message: MessageItem): FrameItem[] {
    const plain = bytesOf(message.payload);
    const deflater = message.deflate ? this.deflater : undefined;
    const payload = deflater ? deflater.compress(plain) : plain;
    const rsv1 = deflater !== undefined;
    const { opcode, fragment: size } = message;
    if (size === undefined || payload.length < size) {
      return [{ kind: 'frame', opcode, payload, rsv1 }];
    }
    const frames: FrameItem[] = [];
    for (let start = 0; start <= payload.length; start += size) {
      frames.push({
        kind: 'frame',
        opcode: start === 0 ? opcode : opcodes.continuation,
        payload: payload.subarray(start, start + size),
        fin: start + size > payload.length,
        rsv1: rsv1 && start === 0,
      });
    }
    return frames;
  }
}
