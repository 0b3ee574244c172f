/**
 * One WebSocket connection, the server's side, without any I/O: bytes in, events and bytes out.
 * RFC 6455. Timers and sockets are the owner's responsibility.
 *
 *   connection.receive(bytes);
 *   for (let event = connection.next(); event !== undefined; event = connection.next()) …
 *   socket.write(connection.output.take());
 *
 * A peer's mistake is an event; a mistake by the owner throws.
 */

import type { BufferPool } from './buffer-pool.ts';
import { noCodeReceived } from './close-codes.ts';
import { asBuffer, closePayload, controlPayload, readClosePayload } from './control-payload.ts';
import type { Compression } from './deflate.ts';
import { finBit, opcodes, rsv1Bit } from './frame.ts';
import {
  type AcceptedHandshake,
  acceptResponse,
  computeAccept,
  type RefusedHandshake,
  readUpgradeRequest,
  refusalBody,
  refusalResponse,
  type UpgradeRequest,
} from './handshake.ts';
import { type HeadLimits, HeadReader, parseHead, type RequestHead } from './http-head.ts';
import { Message } from './message.ts';
import { Output } from './output.ts';
import {
  type CompressedMessage,
  type FrameSeen,
  type MessageLimits,
  Receiver,
} from './receiver.ts';
import type { ScratchBuffer } from './scratch-buffer.ts';
import { follow, type State } from './states.ts';
import { type Failure, type Refusal, type RefusalRule, refusals } from './violations.ts';

export type ConnectionEvent =
  /** A handshake that may be accepted: the owner calls `accept` or `refuse`. */
  | { readonly type: 'request'; readonly request: UpgradeRequest }
  /** A handshake that was refused; the refusal is in the output. */
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** Valid until the next call of `next`. */
  | Message
  /** Too large to inflate at once: the owner calls `inflated`; until then nothing is read. */
  | CompressedMessage
  /** The pong is already in the output. */
  | { readonly type: 'ping'; readonly payload: Buffer }
  | { readonly type: 'pong'; readonly payload: Buffer }
  /** The peer's Close frame; code 1005 if it had none. The answer, unless delayed, is in the output. */
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** The peer broke a rule: a Close frame with its code is in the output. */
  | { readonly type: 'failed'; readonly failure: Failure };

/** What the connections of one server have in common. */
export interface SharedByConnections {
  readonly limits: HeadLimits & MessageLimits;
  readonly scratch: ScratchBuffer;
  readonly pool: BufferPool;
  readonly message: Message;
}

export class Connection {
  readonly output: Output;
  /**
   * Set by an owner that has queued messages for `sendPayload`: the answer to a Close frame then
   * waits for `answerClose` (RFC 6455 §5.5.1 allows it).
   */
  delaysClose = false;
  readonly #shared: SharedByConnections;
  readonly #onFrame: ((frame: FrameSeen) => void) | undefined;
  #state: State = 'connecting';
  #head: HeadReader | undefined;
  #request: UpgradeRequest | undefined;
  #receiver: Receiver | undefined;
  #early: Buffer | undefined;
  #closeSent = false;
  #closeReceived: number | undefined;

  /** @param onFrame receives the header of each frame, in both directions */
  constructor(shared: SharedByConnections, onFrame?: (frame: FrameSeen) => void) {
    this.#shared = shared;
    this.#onFrame = onFrame;
    this.output = new Output(shared.scratch);
  }

  get state(): State {
    return this.#state;
  }

  /** Whether nothing more will be sent: once the output is empty, the stream may be ended. */
  get finished(): boolean {
    return this.#state === 'closed';
  }

  /** Whether a Close frame went each way: the connection then closes cleanly (RFC 6455 §7.1.4). */
  get closingHandshakeCompleted(): boolean {
    return this.#closeSent && this.#closeReceived !== undefined;
  }

  /** The request head as received so far; empty once the handshake is over. */
  get headBytes(): Buffer {
    return this.#head?.seen ?? Buffer.alloc(0);
  }

  /** Gives bytes[0, length) to read. The following calls of `next` use and overwrite them. */
  receive(bytes: Buffer, length = bytes.length): void {
    if (this.#discards) return;
    if (this.#receiver !== undefined) {
      this.#receiver.push(bytes, 0, length);
      return;
    }
    const request = bytes.subarray(0, length);
    // While the owner decides about the request, the bytes after it are kept.
    const pending = this.#request !== undefined;
    this.#early = pending ? Buffer.concat([this.#early ?? Buffer.alloc(0), request]) : request;
  }

  /** The next event; undefined when there is none until more bytes are received. */
  next(): ConnectionEvent | undefined {
    this.#shared.message.expire();
    if (this.#state === 'connecting') return this.#nextOfHandshake();
    if (this.#discards) return undefined;
    const received = this.#receiver!.next();
    if (received === undefined) return undefined;
    if ('closeCode' in received) return this.fail(received);
    if (received.type === 'control') return this.#controlFrame(received.opcode, received.payload);
    return received;
  }

  /** RFC 6455 §1.4: data after a Close frame is discarded. */
  get #discards(): boolean {
    return this.#state === 'closed' || this.#state === 'closeReceived';
  }

  /** The result for the last `compressed` event. */
  inflated(result: Buffer | Failure): ConnectionEvent | undefined {
    // The stream may have ended in the meantime.
    if (this.#receiver === undefined || this.#state === 'closed') return undefined;
    const received = this.#receiver.inflated(result);
    return 'closeCode' in received ? this.fail(received) : received;
  }

  /** Copies what has not been read yet, so that the memory given to `receive` may be reused. */
  keepRest(): void {
    if (this.#receiver === undefined) return;
    const rest = this.#receiver.takeRest();
    this.#receiver.push(rest, 0, rest.length);
  }

  /** The peer has ended its side. */
  receiveEnd(): void {
    if (this.#state !== 'closed') this.#state = follow(this.#state, 'streamEnded');
  }

  // --- opening handshake, RFC 6455 §4.2 ---

  #nextOfHandshake(): ConnectionEvent | undefined {
    if (this.#request !== undefined || this.#early === undefined) return undefined;
    this.#head ??= new HeadReader(this.#shared.limits);
    const bytes = this.#early;
    this.#early = undefined;
    const size = this.#head.push(bytes, 0, bytes.length);
    if (size === -1) return undefined;
    if (typeof size !== 'number') return this.#refuseFor(size);
    if (size < bytes.length) this.#early = Buffer.from(bytes.subarray(size));
    const head = parseHead(this.#head.seen.toString('latin1'));
    if ('rule' in head) return this.#refuseFor(head);
    if (head.target.length > this.#shared.limits.maxTargetBytes) {
      return this.#refuseFor(refusals['target-too-long']);
    }
    return this.receiveRequest(head);
  }

  /** Takes a request that another server, such as `node:http`, has read. */
  receiveRequest(head: RequestHead): ConnectionEvent {
    const request = readUpgradeRequest(head);
    if ('rule' in request) return this.#refuseFor(request, head.method === 'HEAD');
    this.#request = request;
    return { type: 'request', request };
  }

  /** Opens the connection. Returns the Sec-WebSocket-Accept that was sent. */
  accept(accepted: AcceptedHandshake = {}, compression?: Compression): string {
    if (this.#request === undefined) throw new Error('There is no request to accept.');
    const accept = computeAccept(this.#request.key);
    this.output.latin1(acceptResponse(accept, accepted));
    this.#state = follow(this.#state, 'handshakeAccepted');
    this.#receiver = new Receiver(this.#shared.limits, this.#shared.message, this.#shared.pool);
    this.#receiver.compression = compression;
    this.#receiver.onFrame = this.#onFrame;
    if (this.#early !== undefined) this.#receiver.push(this.#early, 0, this.#early.length);
    this.#early = undefined;
    this.#head = undefined;
    this.#request = undefined;
    return accept;
  }

  /** Answers the request with a status other than 101. */
  refuse(refused: RefusedHandshake, withoutBody = false): void {
    this.#state = follow(this.#state, 'handshakeRefused');
    this.output.latin1(refusalResponse(refused, withoutBody));
    // Requests pipelined after this one are never answered.
    this.#early = undefined;
    this.#request = undefined;
  }

  /** Answers the request as the table of refusals specifies. */
  refuseFor(rule: RefusalRule): void {
    this.#refuseFor(refusals[rule]);
  }

  #refuseFor(refusal: Refusal, withoutBody = false): ConnectionEvent {
    this.refuse({ status: refusal.status, body: refusalBody(refusal) }, withoutBody);
    return { type: 'refused', refusal };
  }

  // --- data and control frames, RFC 6455 §5, §6 ---

  /** Sends one message (RFC 6455 §6.1): a string as text, bytes as binary, a message unchanged. */
  send(data: string | Uint8Array | Message): void {
    this.#mustBeOpen();
    if (typeof data === 'string') {
      this.output.textFrame(finBit | opcodes.text, data);
    } else if (data instanceof Message) {
      const opcode = data.kind === 'text' ? opcodes.text : opcodes.binary;
      this.output.messageFrame(finBit | opcode, data);
    } else {
      this.output.frame(finBit | opcodes.binary, asBuffer(data));
    }
    if (this.#onFrame !== undefined) this.#showSent(data);
  }

  /**
   * Sends one message from its payload, which must be valid UTF-8 for text. RSV1 marks it as
   * compressed (RFC 7692 §6.1).
   */
  sendPayload(text: boolean, payload: Buffer, compressed: boolean): void {
    this.#mustBeOpen();
    const opcode = text ? opcodes.text : opcodes.binary;
    this.#frame(finBit | (compressed ? rsv1Bit : 0) | opcode, payload);
  }

  /** RFC 6455 §5.5.2. At most 125 bytes. */
  ping(payload: Uint8Array = new Uint8Array(0)): void {
    this.#mustBeOpen();
    this.#frame(finBit | opcodes.ping, controlPayload(payload));
  }

  /** RFC 6455 §5.5.3: an unsolicited pong is a heartbeat. At most 125 bytes. */
  pong(payload: Uint8Array = new Uint8Array(0)): void {
    this.#mustBeOpen();
    this.#frame(finBit | opcodes.pong, controlPayload(payload));
  }

  #controlFrame(opcode: number, payload: Buffer): ConnectionEvent | undefined {
    if (opcode === opcodes.pong) return { type: 'pong', payload };
    if (opcode === opcodes.close) return this.#closeFrame(payload);
    // RFC 6455 §5.5.2: a ping is answered with the same payload unless a Close was received. After
    // our own Close too: it ends our data frames and nothing else (§5.5.1).
    this.#frame(finBit | opcodes.pong, payload);
    return { type: 'ping', payload };
  }

  // --- closing handshake, RFC 6455 §7 ---

  /**
   * Starts the closing handshake, or answers the peer's. Does nothing if that was already done.
   *
   * @param code one that may be sent (RFC 6455 §7.4); omitted, the Close frame is empty
   * @param reason at most 123 bytes of UTF-8
   */
  close(code?: number, reason = ''): void {
    const payload = closePayload(code, reason);
    if (this.#state === 'connecting') throw new Error('The handshake is not over: refuse it.');
    if (this.#state !== 'open' && this.#state !== 'closeReceived') return;
    this.#frame(finBit | opcodes.close, payload);
    this.#closeSent = true;
    this.#state = follow(this.#state, 'closeFrameSent');
  }

  /** Fails the connection: sends a Close frame with the code of the rule, and stops reading. */
  fail(failure: Failure): ConnectionEvent {
    // RFC 6455 §7.1.7: the Close frame gives the reason, unless one was sent before.
    if (this.#state === 'open') {
      this.#frame(finBit | opcodes.close, closePayload(failure.closeCode, failure.rule));
    }
    // What follows is not processed.
    this.#state = follow(this.#state, 'connectionFailed');
    this.#receiver = undefined;
    return { type: 'failed', failure };
  }

  #closeFrame(payload: Buffer): ConnectionEvent {
    const body = readClosePayload(payload);
    if ('closeCode' in body) return this.fail(body);
    const { code, reason } = body;
    this.#state = follow(this.#state, 'closeFrameReceived');
    // RFC 6455 §7.1.5, §7.1.6: the connection's code and reason are those of the first Close received.
    this.#closeReceived = code;
    if (!this.delaysClose) this.answerClose();
    return { type: 'close', code, reason };
  }

  /** Answers a Close frame whose answer was delayed. */
  answerClose(): void {
    if (this.#state !== 'closeReceived') return;
    // RFC 6455 §5.5.1: the answer typically echoes the received code. The reason is not echoed:
    // nothing requires it, and we do not send text chosen by the peer.
    const code = this.#closeReceived;
    this.close(code === noCodeReceived ? undefined : code);
  }

  // RFC 6455 §5.5.1: no message is sent after our Close frame; after the peer's, one may be.
  #mustBeOpen(): void {
    if (this.#state !== 'open' && this.#state !== 'closeReceived') {
      throw new Error(`Nothing can be sent: the connection is ${this.#state}, not open.`);
    }
  }

  #frame(first: number, payload: Buffer): void {
    this.output.frame(first, payload);
    this.#onFrame?.(sentFrame(first, payload.length));
  }

  #showSent(data: string | Uint8Array | Message): void {
    const text = typeof data === 'string' || (data instanceof Message && data.kind === 'text');
    const length = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
    const opcode = text ? opcodes.text : opcodes.binary;
    this.#onFrame!(sentFrame(finBit | opcode, length));
  }
}

function sentFrame(first: number, length: number): FrameSeen {
  const fin = (first & finBit) !== 0;
  const rsv1 = (first & rsv1Bit) !== 0;
  return { direction: 'sent', fin, rsv1, opcode: first & 0x0f, length };
}
