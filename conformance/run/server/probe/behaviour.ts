/** Asks a target everything about its behaviour, one question per connection. */
import { answeredForm } from '../../../format/application-message.ts';
import { carry, extended, padded } from '../../../format/carrier.ts';
import type {
  Question,
  Reaction,
  TargetBehaviour,
  Unasked,
} from '../../../format/target-behaviour.ts';
import type { KnownOpening } from '../../../play/greeting.ts';
import type { Conversation } from '../../../wire/conversation.ts';
import type { ProbeConnections } from './connections.ts';
import { slowestInit } from './inits.ts';
import {
  type Asked,
  ask,
  askInHalves,
  askMessage,
  endAtSecondPing,
  isEachAnswered,
  losesBoundaries,
} from './reactions.ts';

/** A few spaces may pass for the beginning of another message. */
const spaces = 1000;

export class BehaviourProbe {
  readonly #connections: ProbeConnections;
  readonly #repetitions: number;

  /** @param repetitions how often a question without an answer is asked again */
  constructor(connections: ProbeConnections, repetitions: number) {
    this.#connections = connections;
    this.#repetitions = repetitions;
  }

  ask(question: Question, opening: KnownOpening): Promise<Asked> {
    return this.#again(() => ask(question, this.#connections, opening));
  }

  /** @param known reactions that need not be asked for again */
  async behaviour(
    unasked: Unasked,
    known: { readonly text?: Asked },
  ): Promise<{ readonly behaviour: TargetBehaviour; readonly closing: Conversation }> {
    const connections = this.#connections;
    const { inits } = connections.options;
    const slowest = inits.length > 0 ? await slowestInit(connections, unasked) : undefined;
    const opening = { ...unasked, ...(slowest !== undefined && { slowestInit: slowest }) };
    const [text, binary, fragments, emptyText, close, message] = await Promise.all([
      known.text ?? this.ask('text', opening),
      this.ask('binary', opening),
      this.ask('fragments', opening),
      this.ask('emptyText', opening),
      this.ask('close', opening),
      this.#toMessage(opening),
    ]);
    // A target may end at a ping, so it is asked last, and alone.
    const ping = await this.ask('ping', opening);
    const asked = { ping, close, text, binary, fragments, emptyText };
    const reactions = Object.fromEntries(
      Object.entries(asked).map(([question, { reaction }]) => [question, reaction]),
    ) as TargetBehaviour['reactions'];
    const answersPing = reactions.ping.kind === 'pong' || reactions.ping.kind === 'wrong pong';
    const mayCountPings = reactions.text.kind !== 'echo' && answersPing;
    const secondPing = mayCountPings ? await endAtSecondPing(connections, opening) : undefined;
    const isTunnel = await this.#isTunnel(reactions, opening);
    const answerTime = shortestAnswer(Object.values(reactions));
    const { rateLimit } = connections;
    return {
      closing: close.conversation,
      behaviour: {
        unasked,
        reactions,
        ...(slowest !== undefined && { slowestInit: slowest }),
        ...(message && { message }),
        ...(secondPing && { secondPing }),
        ...(leavesTcpOpen(close.conversation) && ({ leavesTcpOpen: true } as const)),
        ...(isTunnel && ({ isTunnel: true } as const)),
        ...(answerTime !== undefined && { answerTime }),
        ...(rateLimit !== undefined && { rateLimit }),
      },
    };
  }

  async #toMessage(opening: KnownOpening): Promise<TargetBehaviour['message']> {
    const { message } = this.#connections.options;
    if (!message) return undefined;
    const as = (type: 'text' | 'binary') =>
      this.#again(() => askMessage({ ...message, type }, this.#connections, opening));
    const [text, binary] = await Promise.all([as('text'), as('binary')]);
    const reactions = { text: text.reaction, binary: binary.reaction };
    const { type } = answeredForm(message, { message: reactions, unasked: opening }) ?? {};
    if (!type) return reactions;
    const say = (payload: Uint8Array) =>
      this.#again(() => askMessage({ type, payload }, this.#connections, opening));
    const carrier = extended(message);
    const [answersEach, halves, spaced, carrying] = await Promise.all([
      isEachAnswered({ ...message, type }, this.#connections, opening),
      this.#again(() => askInHalves({ ...message, type }, this.#connections, opening)),
      say(padded(message, message.payload.length + spaces)!),
      carrier && say(carry(carrier, Buffer.from('größer'))),
    ]);
    return {
      ...reactions,
      ...(answersEach && ({ answersEach: true } as const)),
      fragments: halves.reaction,
      padded: spaced.reaction,
      ...(carrying && { extended: carrying.reaction }),
    };
  }

  /** An echo may confuse the types, or cut messages; a tunnel knows nothing of either. */
  async #isTunnel(
    { text, fragments }: TargetBehaviour['reactions'],
    opening: KnownOpening,
  ): Promise<boolean> {
    if (text.kind === 'octets') return true;
    if (text.kind !== 'echo' || !text.hasOtherType) return false;
    return fragments.kind === 'octets' || losesBoundaries(this.#connections, opening);
  }

  /** A single silence, or a dropped connection, may be the network's. */
  async #again(askOnce: () => Promise<Asked>): Promise<Asked> {
    let asked = await askOnce();
    for (let turn = 0; turn < this.#repetitions && isNothing(asked.reaction); turn += 1) {
      asked = await askOnce();
    }
    return asked;
  }
}

const leavesTcpOpen = ({ server: { close, ending } }: Conversation) =>
  close !== undefined && ending.how !== 'fin' && ending.how !== 'rst';

const isNothing = ({ kind }: Reaction) => kind === 'silence' || kind === 'drop';

/** @returns in ms; undefined if nothing was answered */
function shortestAnswer(reactions: readonly Reaction[]): number | undefined {
  const times = reactions.flatMap((reaction) =>
    reaction.kind === 'silence' || reaction.after === undefined ? [] : [reaction.after],
  );
  return times.length > 0 ? Math.min(...times) : undefined;
}
