/**
 * Sending on a connection with permessage-deflate. Messages that take long to compress are
 * compressed in zlib's threads; later messages wait for them, as messages keep their order. Our
 * answer to a Close frame waits too: messages sent before the peer closed still reach it, unless it
 * ends the stream or `closeTimeout` passes (RFC 6455 §5.5.1).
 */
import { deflateRaw } from 'node:zlib';
import type { Connection } from '../protocol/connection.ts';
import { closePayload } from '../protocol/control-payload.ts';
import type { Compression } from '../protocol/deflate.ts';
import { Message } from '../protocol/message.ts';

type Waiting =
  | { readonly type: 'message'; readonly text: boolean; readonly payload: Buffer }
  | {
      readonly type: 'close';
      readonly code: number | undefined;
      readonly reason: string | undefined;
    };

export class OutgoingQueue {
  readonly #core: Connection;
  readonly #compression: Compression;
  readonly #onProgress: () => void;
  #waiting: Waiting[] = [];
  #busy = false;
  #closes = false;
  #bytes = 0;

  /** @param onProgress there is output that has not been flushed */
  constructor(core: Connection, compression: Compression, onProgress: () => void) {
    this.#core = core;
    this.#compression = compression;
    this.#onProgress = onProgress;
  }

  /** Bytes that wait to be compressed. */
  get bufferedBytes(): number {
    return this.#bytes;
  }

  /** @returns false when a Close is queued: the message is dropped, as nothing may follow it */
  send(data: string | Uint8Array | Message): boolean {
    if (this.#closes) return false;
    const text = typeof data === 'string' || (data instanceof Message && data.kind === 'text');
    const size = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
    const plan = this.#busy ? 'later' : this.#compression.plan(size);
    if (plan === 'not') this.#core.send(data);
    else if (plan === 'now') this.#sendNow(text, payloadOf(data));
    else this.#sendLater(text, data);
    return true;
  }

  #sendLater(text: boolean, data: string | Uint8Array | Message): void {
    const payload = data instanceof Message ? data.bytes() : payloadOf(data);
    this.#bytes += payload.length;
    this.#waiting.push({ type: 'message', text, payload });
    if (!this.#busy) this.#proceed();
  }

  /** Starts the closing handshake when everything before it was sent. */
  close(code?: number, reason?: string): void {
    if (!this.#busy) {
      this.#core.close(code, reason);
      return;
    }
    // An invalid code or reason throws here; when its turn comes, no caller could catch it.
    closePayload(code, reason);
    this.#closes = true;
    this.#waiting.push({ type: 'close', code, reason });
  }

  #sendNow(text: boolean, payload: Buffer): void {
    const deflated = this.#compression.deflate(payload);
    this.#core.sendPayload(text, deflated ?? payload, deflated !== undefined);
  }

  #proceed(): void {
    this.#busy = false;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (!this.#maySend) {
        this.#waiting = [];
        this.#bytes = 0;
        return;
      }
      if (next.type === 'close') {
        this.#core.close(next.code, next.reason);
        continue;
      }
      const { text, payload } = next;
      const plan = this.#compression.plan(payload.length);
      if (plan === 'later') {
        this.#deflate(text, payload);
        return;
      }
      this.#bytes -= payload.length;
      if (plan === 'now') this.#sendNow(text, payload);
      else this.#core.sendPayload(text, payload, false);
    }
    this.#core.delaysClose = false;
    this.#core.answerClose();
  }

  get #maySend(): boolean {
    const { state } = this.#core;
    return state === 'open' || state === 'closeReceived';
  }

  #deflate(text: boolean, payload: Buffer): void {
    this.#busy = true;
    this.#core.delaysClose = true;
    const { input, options } = this.#compression.deflateJob(payload);
    deflateRaw(input, options, (error, output) => {
      // zlib fails here only when it is out of memory: the message is sent uncompressed.
      const deflated = error === null ? this.#compression.deflated(payload, output) : undefined;
      this.#bytes -= payload.length;
      if (this.#maySend) this.#core.sendPayload(text, deflated ?? payload, deflated !== undefined);
      this.#proceed();
      this.#onProgress();
    });
  }
}

function payloadOf(data: string | Uint8Array | Message): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof Message) return data.view();
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
