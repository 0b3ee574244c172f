/**
 * What a Pong of the target answers. A Pong may be unsolicited, as a heartbeat, and no response to
 * it is expected (RFC 6455 §5.5.3): such a Pong breaks no rule and answers no Ping.
 */

import type { Conversation, ConversationEvent } from '../wire/conversation.ts';
import type { ObservedFrame } from '../wire/messages.ts';
import { otherSide, type Side } from '../wire/timeline.ts';
import { opcodes } from '../wire/wire.ts';
import { alivePayload } from './liveness.ts';

export type PongOrigin =
  /** Its payload is that of a Ping, or of a Pong, that the peer has sent. */
  | 'answer'
  /** As `answer`, but one more would mean nothing: the target sends that payload unasked, too. */
  | 'possible answer'
  /** Nothing that the peer has sent carries its payload. */
  | 'heartbeat'
  /** As `heartbeat`; it may also be the answer to a Ping, with the wrong payload. */
  | 'heartbeat or wrong answer';

/** Reads the events of both sides in their order. */
export class PongOrigins {
  readonly #target: Side;
  readonly #origins = new Map<ConversationEvent, PongOrigin>();
  /** Payloads of the peer's Pings, and of its Pongs that answer no Ping of the target. */
  readonly #asked = new Set<string>();
  readonly #pingsOfTarget = new Set<string>();
  readonly #heartbeats = new Set<string>();
  #hasPinged = false;
  /** It sent a Pong before it had seen a Ping. */
  #hasHeartbeat = false;

  constructor(target: Side) {
    this.#target = target;
  }

  static of(conversation: Conversation, target: Side): PongOrigins {
    const origins = new PongOrigins(target);
    for (const event of conversation.events) origins.take(event);
    return origins;
  }

  take(event: ConversationEvent): void {
    if (event.kind !== 'ping' && event.kind !== 'pong') return;
    const payload = inLatin1(event);
    if (event.from === this.#target) {
      if (event.kind === 'ping') this.#pingsOfTarget.add(payload);
      else this.#origins.set(event, this.#originOf(payload));
    } else if (event.kind === 'ping' || !this.#pingsOfTarget.has(payload)) {
      this.#asked.add(payload);
      this.#hasPinged ||= event.kind === 'ping';
    }
  }

  /** Of an event of the target; undefined where it is no Pong. */
  get(event: ConversationEvent): PongOrigin | undefined {
    return this.#origins.get(event);
  }

  isAnswer(event: ConversationEvent): boolean {
    const origin = this.get(event);
    return origin === 'answer' || origin === 'possible answer';
  }

  #originOf(payload: string): PongOrigin {
    if (this.#asked.has(payload)) {
      // Cases about pings judge what answers a ping, not the proof of life.
      const isSureToBe = !this.#heartbeats.has(payload) && payload !== alivePayload;
      return isSureToBe ? 'answer' : 'possible answer';
    }
    this.#hasHeartbeat ||= !this.#hasPinged;
    const isKnown = this.#hasHeartbeat || this.#heartbeats.has(payload);
    this.#heartbeats.add(payload);
    return isKnown ? 'heartbeat' : 'heartbeat or wrong answer';
  }
}

/** The peer's frames but for the Pongs that it owed the target: what a case has sent. */
export function framesOfCase(conversation: Conversation, target: Side): readonly ObservedFrame[] {
  const owed = owedPongs(conversation, target);
  return conversation[otherSide(target)].frames.filter((frame) => !owed.has(frame));
}

/** The Pongs of the peer that carry what a Ping of the target carries. */
export function owedPongs(conversation: Conversation, target: Side): ReadonlySet<ObservedFrame> {
  const ofKind = (side: Side, kind: number) =>
    conversation[side].frames.filter(({ opcode }) => opcode === kind);
  const pings = new Set(ofKind(target, opcodes.ping).map(inLatin1));
  const pongs = ofKind(otherSide(target), opcodes.pong);
  return new Set(pongs.filter((pong) => pings.has(inLatin1(pong))));
}

const inLatin1 = ({ payload }: { readonly payload: Uint8Array }) =>
  Buffer.from(payload).toString('latin1');
