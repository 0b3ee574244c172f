import { Buffer } from 'node:buffer';

const maxHeaderBytes = 10;

/**
 * Counts whole messages in a server's byte stream and checks nothing else: the least that the timed
 * pass can do without mistaking bytes for replies. The verification pass reads the contents.
 */
export class ReplyCounter {
  /** Bytes of the current frame's payload that are still to come. */
  #payloadLeft = 0;
  /** The current frame ends a data message. */
  #endsMessage = false;
  /** A frame header that arrived in pieces. */
  readonly #header = Buffer.alloc(maxHeaderBytes);
  #headerBytes = 0;
  /** Why the stream is not valid, once that is known. */
  violation: string | undefined;

  /** Takes the first `length` bytes of `chunk`; returns how many messages ended in them. */
  count(chunk: Uint8Array, length: number): number {
    let messages = 0;
    let at = 0;
    while (at < length) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, length - at);
        this.#payloadLeft -= skipped;
        at += skipped;
        if (this.#payloadLeft === 0 && this.#endsMessage) messages++;
        continue;
      }
      if (this.#headerBytes === 0 && length - at >= maxHeaderBytes) {
        at += this.#startFrame(chunk, at);
      } else {
        this.#header[this.#headerBytes++] = chunk[at++]!;
        if (this.#headerBytes < headerLength(this.#header, 0, this.#headerBytes)) continue;
        this.#startFrame(this.#header, 0);
        this.#headerBytes = 0;
      }
      if (this.#payloadLeft === 0 && this.#endsMessage) messages++;
    }
    return messages;
  }

  /** Reads the complete header at `at` and returns its length. */
  #startFrame(bytes: Uint8Array, at: number): number {
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    const opcode = first & 0x0f;
    if (second & 0x80) this.violation ??= 'a masked frame';
    if (opcode === 8) this.violation ??= 'a Close frame';
    this.#endsMessage = (first & 0x80) !== 0 && opcode < 8;
    const size = second & 0x7f;
    if (size < 126) {
      this.#payloadLeft = size;
      return 2;
    }
    if (size === 126) {
      this.#payloadLeft = bytes[at + 2]! * 256 + bytes[at + 3]!;
      return 4;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + at + 2, 8);
    this.#payloadLeft = Number(view.getBigUint64(0));
    return 10;
  }
}

function headerLength(bytes: Uint8Array, at: number, known: number): number {
  if (known < 2) return 2;
  const size = bytes[at + 1]! & 0x7f;
  return size < 126 ? 2 : size === 126 ? 4 : 10;
}
