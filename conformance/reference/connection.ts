/** An open connection of an echo server that follows a given behaviour, correct or faulty. */
import { randomBytes } from 'node:crypto';
import { MessageDeflater } from '../wire/deflate.ts';
import { Inflater } from '../wire/messages.ts';
import type { DeflateAgreement } from '../wire/negotiation.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import {
  FrameReader,
  type FrameToWrite,
  opcodes,
  type ReadFrame,
  writeFrame,
} from '../wire/wire.ts';
import { type Behaviour, closeBody, type EchoedMessage } from './behaviour.ts';

/** How it reaches the wire, and the program that uses it. */
export interface Outlet {
  write(bytes: Uint8Array): void;
  end(how: 'fin' | 'rst'): void;
  /** A whole message has come, and is going to be echoed. */
  deliver?(message: EchoedMessage): void;
}

interface Unfinished {
  readonly type: 'text' | 'binary';
  compressed: boolean;
  readonly payloads: Uint8Array[];
  /** Says at each frame whether what has come can still become UTF-8. */
  readonly decoder: InstanceType<typeof TextDecoder> | undefined;
}

export class EchoConnection {
  readonly role: Side;
  /** Body of the Close that came. */
  closeReceived: Uint8Array | undefined;
  readonly #behaviour: Behaviour;
  readonly #outlet: Outlet;
  #reader = new FrameReader();
  readonly #inflater: Inflater | undefined;
  readonly #deflater: MessageDeflater | undefined;
  /** Where the frame starts whose header was looked at before it was whole. */
  #lookedAt = -1;
  #unfinished: Unfinished | undefined;
  #closed = false;
  /** It has begun the closing handshake itself. */
  #closing = false;

  constructor(
    role: Side,
    behaviour: Behaviour,
    outlet: Outlet,
    agreement: DeflateAgreement | undefined,
  ) {
    this.role = role;
    this.#behaviour = behaviour;
    this.#outlet = outlet;
    if (agreement) {
      const { windowBits, contextTakeover } = behaviour.deflate(agreement[role]);
      this.#deflater = new MessageDeflater(windowBits, contextTakeover);
      this.#inflater = new Inflater(behaviour.inflate(agreement[otherSide(role)]));
    }
    for (const frame of behaviour.greet) this.#write(frame);
  }

  /** Sends a frame that answers nothing, unless its own Close has been sent. */
  sendUnasked(frame: FrameToWrite): void {
    if (!this.#closed && !this.#closing) this.#write(frame);
  }

  send(message: EchoedMessage): void {
    if (this.#closing) return;
    const rsv1 = message.compressed && this.#deflater !== undefined;
    const payload = rsv1 ? this.#deflater!.compress(message.data) : message.data;
    this.#write({ opcode: opcodes[message.type], rsv1, payload });
  }

  /** Begins the closing handshake. */
  close(body: Uint8Array): void {
    if (this.#closed || this.#closing) return;
    this.#closing = true;
    this.#write({ opcode: opcodes.close, payload: body });
  }

  receive(bytes: Uint8Array): void {
    const { segments, unmask } = this.#behaviour;
    if (segments !== 'joined') this.#reader = new FrameReader();
    const frames = this.#reader.push(bytes);
    for (const frame of segments === 'read up to one frame' ? frames.slice(0, 1) : frames) {
      this.#take({ ...frame, payload: unmask(frame) });
    }
    this.#lookAtRest();
  }

  #lookAtRest(): void {
    if (this.#reader.offset === this.#lookedAt) return;
    const { frame } = this.#reader.rest();
    if (!frame) return;
    this.#lookedAt = this.#reader.offset;
    if (this.#isFaulty(frame, this.#behaviour.header) || this.#behaviour.lengthBits === 63) return;
    if (BigInt.asUintN(32, frame.declaredLength) > frame.payload.length) return;
    this.#reader = new FrameReader();
    this.#take(frame);
  }

  #take(frame: ReadFrame): void {
    const { answersAfterClose, compressedAcrossControls, header, payload } = this.#behaviour;
    if (this.#closed && !answersAfterClose) return;
    if (this.#isFaulty(frame, header) || this.#isFaulty(frame, payload)) return;
    if (this.#unfinished && frame.opcode >= opcodes.close) {
      this.#unfinished.compressed &&= compressedAcrossControls;
    }
    switch (frame.opcode) {
      case opcodes.ping:
        this.#sendPongs(this.#behaviour.pong(frame.payload, this.#closing));
        return;
      case opcodes.pong:
        this.#sendPongs(this.#behaviour.pongToPong(frame.payload));
        return;
      case opcodes.close:
        this.#takeClose(frame.payload);
        return;
      case opcodes.text:
      case opcodes.binary:
      case opcodes.continuation:
        this.#takeData(frame);
    }
  }

  #isFaulty(frame: ReadFrame, rules: Behaviour['header']): boolean {
    if (this.#closed) return false;
    const state = {
      insideMessage: this.#unfinished !== undefined,
      closing: this.#closing,
      deflate: this.#inflater !== undefined,
      role: this.role,
    };
    for (const rule of Object.values(rules)) {
      const code = rule(frame, state);
      if (code !== undefined) {
        this.#fail(code);
        return true;
      }
    }
    return false;
  }

  #sendPongs(payloads: readonly Uint8Array[]): void {
    for (const payload of payloads) this.#write({ opcode: opcodes.pong, payload });
  }

  #takeData(frame: ReadFrame): void {
    if (frame.opcode !== opcodes.continuation || !this.#unfinished) {
      const isText = frame.opcode !== opcodes.binary;
      const compressed = frame.rsv1 && this.#inflater !== undefined;
      this.#unfinished = {
        type: isText ? 'text' : 'binary',
        compressed,
        payloads: [],
        decoder: isText && !compressed ? new TextDecoder('utf-8', { fatal: true }) : undefined,
      };
    }
    const message = this.#unfinished;
    message.payloads.push(frame.payload);
    if (frame.fin) {
      this.#unfinished = undefined;
      this.#takeMessage(message);
    } else if (message.decoder && !this.#behaviour.text(soFar(message.decoder, frame.payload))) {
      this.#fail(1007);
    }
  }

  #takeMessage({ type, compressed, payloads }: Unfinished): void {
    const joined = this.#behaviour.join(payloads);
    const data = compressed ? this.#inflater!.inflate(joined).data : joined;
    if (data && (type === 'binary' || this.#behaviour.text(data))) {
      if (!this.#closing) this.#outlet.deliver?.({ type, data, compressed });
      for (const message of this.#behaviour.echo({ type, data, compressed })) this.send(message);
      const code = this.#behaviour.leave({ type, data, compressed });
      if (code !== undefined) this.close(closeBody(code));
    } else this.#fail(1007);
  }

  #takeClose(body: Uint8Array): void {
    this.#closed = true;
    this.closeReceived = body;
    const answer = this.#closing ? undefined : this.#behaviour.answerClose(body);
    if (answer) this.#write({ opcode: opcodes.close, payload: answer });
    this.#end();
  }

  #fail(code: number): void {
    const body = this.#behaviour.fail(code);
    if (body === 'go on') return;
    this.#closed = true;
    if (body && !this.#closing) this.#write({ opcode: opcodes.close, payload: body });
    this.#end();
  }

  /** A peer that still answers after a Close needs its half of TCP for it. */
  #end(): void {
    const { end, answersAfterClose } = this.#behaviour;
    if (end !== 'never' && !answersAfterClose) this.#outlet.end(end);
  }

  #write(frame: FrameToWrite): void {
    // RFC 6455 §5.3: each frame of a client has a fresh key.
    const masked = this.role === 'client' ? { ...frame, maskKey: randomBytes(4) } : frame;
    this.#outlet.write(writeFrame(this.#behaviour.dress(masked)));
  }
}

/** The text up to here, or bytes that are no UTF-8 where it cannot become any. */
function soFar(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): Uint8Array {
  try {
    decoder.decode(bytes, { stream: true });
    return new Uint8Array(0);
  } catch {
    return Uint8Array.of(0xff);
  }
}
