/** How a target reacts to one question, asked alone on a fresh connection after the greeting. */
import { type ApplicationMessage, frameOf } from '../../../format/application-message.ts';
import { bytesOf } from '../../../format/payload.ts';
import type { PongOrigins } from '../../../format/pong-origin.ts';
import {
  binary,
  close,
  continuation,
  type Item,
  payloadOf,
  ping,
  text,
} from '../../../format/step.ts';
import type { Question, Reaction } from '../../../format/target-behaviour.ts';
import { drain, type KnownOpening } from '../../../play/greeting.ts';
import type { Conversation, ConversationEvent } from '../../../wire/conversation.ts';
import type { Message } from '../../../wire/messages.ts';
import { opcodes } from '../../../wire/wire.ts';
import { closeProbe } from './closing.ts';
import type { Held, ProbeConnections } from './connections.ts';

const words = 'framewright: do you echo?';
const half = Math.floor(words.length / 2);
/** No UTF-8, so that it is no text by mistake. */
const octets = Buffer.from('framewright: binary\0\xff?', 'latin1');

const questions: Readonly<Record<Question, readonly Item[]>> = {
  ping: [ping(words)],
  close: [close(1000)],
  text: [text(words)],
  binary: [binary(octets)],
  fragments: [text(words.slice(0, half), { fin: false }), continuation(words.slice(half))],
  emptyText: [text('')],
};

/** How long more is waited for after a message that is not the one that was asked for, in ms. */
const linger = 300;

/** A reaction, and the conversation that shows it. */
export interface Asked {
  readonly reaction: Reaction;
  readonly conversation: Conversation;
}

/** @throws {ConnectError} */
export const ask = (
  question: Question,
  connections: ProbeConnections,
  opening: KnownOpening,
): Promise<Asked> => askWith(questions[question], connections, opening);

/** How the target reacts to a message of its application. */
export const askMessage = (
  message: ApplicationMessage,
  connections: ProbeConnections,
  opening: KnownOpening,
): Promise<Asked> => askWith([frameOf(message)], connections, opening);

/** The same message in two fragments. */
export function askInHalves(
  { type, payload }: ApplicationMessage,
  connections: ProbeConnections,
  opening: KnownOpening,
): Promise<Asked> {
  const middle = Math.ceil(payload.length / 2);
  const first = { ...frameOf({ type, payload: payload.subarray(0, middle) }), fin: false };
  return askWith([first, continuation(payload.subarray(middle))], connections, opening);
}

/** Whether two messages of one segment get two answers. */
export async function isEachAnswered(
  message: ApplicationMessage,
  connections: ProbeConnections,
  opening: KnownOpening,
): Promise<boolean> {
  let isEach = false;
  await connections.open(async (exchange) => {
    const { peer, options } = exchange;
    await drain(exchange, opening, connections.options.inits);
    const before = peer.count('message');
    exchange.write([frameOf(message), frameOf(message)]);
    const hasBoth = () => peer.count('message') >= before + 2;
    await peer.until(() => hasBoth() || exchange.targetClosed, options.timeout, undefined);
    isEach = hasBoth();
    await closeProbe(exchange);
  });
  return isEach;
}

/** @returns how the target ends the connection at a second ping, after the answer to the first */
export async function endAtSecondPing(
  connections: ProbeConnections,
  opening: KnownOpening,
): Promise<Reaction | undefined> {
  let end: Reaction | undefined;
  await connections.open(async (exchange) => {
    const { peer, options } = exchange;
    await drain(exchange, opening, connections.options.inits);
    for (const nth of [1, 2]) {
      exchange.write([ping(`${words} ${nth}`)]);
      const isAnswered = () => peer.count('pong') >= nth;
      await peer.until(() => isAnswered() || exchange.targetClosed, options.timeout, undefined);
      if (!isAnswered()) {
        end = nth === 2 ? endOf(peer.observed, peer.targetEnded) : undefined;
        break;
      }
    }
    await closeProbe(exchange);
  });
  return end;
}

/** A Close of the target, or the end of TCP without one. */
function endOf(events: readonly ConversationEvent[], hasEnded: boolean): Reaction | undefined {
  const closing = events.find((event) => event.kind === 'close');
  if (closing?.kind === 'close') {
    const { code } = closing.close;
    return { kind: 'close', ...(code !== undefined && { code }) };
  }
  return hasEnded ? { kind: 'drop' } : undefined;
}

async function askWith(
  items: readonly Item[],
  connections: ProbeConnections,
  opening: KnownOpening,
): Promise<Asked> {
  let reaction: Reaction = { kind: 'silence' };
  const { conversation } = await connections.open(async (exchange) => {
    const { peer, options } = exchange;
    await drain(exchange, opening, connections.options.inits);
    const before = peer.observed.length;
    const askedAt = performance.now();
    exchange.write(items);
    const look = () => {
      reaction = reactionIn(peer.observed.slice(before), exchange, items, opening);
      return reaction;
    };
    await peer.until(() => look().kind !== 'silence', options.timeout, undefined);
    const after = Math.round(performance.now() - askedAt);
    // A Close may follow an error message, and an echo may follow a push.
    if (!isSettled(look())) {
      await peer.until(() => isSettled(look()), Math.min(linger, options.timeout), undefined);
    }
    if (reaction.kind !== 'silence') reaction = { ...reaction, after };
    await closeProbe(exchange, exchange.hasClosed ? options.timeout : undefined);
  });
  return { reaction, conversation };
}

const isSettled = ({ kind }: Reaction) =>
  kind !== 'message' && kind !== 'octets' && kind !== 'silence';

function reactionIn(
  events: readonly ConversationEvent[],
  exchange: Held,
  items: readonly Item[],
  opening: KnownOpening,
): Reaction {
  const end = endOf(events, exchange.peer.targetEnded);
  if (end) return end;
  const [first] = items;
  if (first?.kind === 'frame' && first.opcode === opcodes.ping) {
    return pongIn(events, exchange.peer.pongOrigins, bytesOf(first.payload));
  }
  const asked = Buffer.concat(items.map((item) => bytesOf(payloadOf(item))));
  const type = first?.kind === 'frame' && first.opcode === opcodes.binary ? 'binary' : 'text';
  const messages = events.flatMap((event) => (event.kind === 'message' ? [event.message] : []));
  return answerIn(messages, type, asked, opening);
}

function pongIn(
  events: readonly ConversationEvent[],
  origins: PongOrigins,
  asked: Uint8Array,
): Reaction {
  const pongs = events.flatMap((event) => (event.kind === 'pong' ? [event] : []));
  if (pongs.some(({ payload }) => Buffer.compare(payload, asked) === 0)) return { kind: 'pong' };
  // An unsolicited pong answers nothing (RFC 6455 §5.5.3).
  const isWrong = pongs.some((pong) => origins.get(pong) !== 'heartbeat');
  return { kind: isWrong ? 'wrong pong' : 'silence' };
}

function answerIn(
  messages: readonly Message[],
  type: Message['type'],
  asked: Buffer,
  { pushInterval }: KnownOpening,
): Reaction {
  const contents = messages.map((message) => ({ message, data: Buffer.from(message.data ?? []) }));
  const echoes = contents.filter(({ data }) => data.equals(asked));
  if (echoes.length > 0) {
    const isSame = echoes.some(({ message }) => message.type === type);
    return isSame ? { kind: 'echo' } : { kind: 'echo', hasOtherType: true };
  }
  if (asked.length > 0 && contents.some(({ data }) => data.includes(asked))) {
    return { kind: 'transformed' };
  }
  const all = Buffer.concat(contents.map(({ data }) => data));
  if (asked.length > 0 && contents.length > 1 && all.includes(asked)) return { kind: 'octets' };
  // What comes at intervals cannot be told apart from an answer.
  const isAnswered = contents.length > 0 && pushInterval === undefined;
  return { kind: isAnswered ? 'message' : 'silence' };
}

/** Whether two messages of one segment come back as one, or in other pieces. */
export async function losesBoundaries(
  connections: ProbeConnections,
  opening: KnownOpening,
): Promise<boolean> {
  const [one, two] = [`${words} One.`, `${words} Two.`];
  const { conversation } = await connections.open(async (exchange) => {
    await drain(exchange, opening, connections.options.inits);
    exchange.write([text(one), text(two)]);
    const both = () => contentOf(exchange.peer.conversation()).includes(two);
    await exchange.peer.until(both, exchange.options.timeout, undefined);
    await closeProbe(exchange);
  });
  const messages = conversation.server.messages.map(({ data }) =>
    Buffer.from(data ?? []).toString(),
  );
  return (
    contentOf(conversation).includes(one + two) &&
    !(messages.includes(one) && messages.includes(two))
  );
}

const contentOf = ({ server }: Conversation) =>
  Buffer.concat(server.messages.map(({ data }) => Buffer.from(data ?? []))).toString();
