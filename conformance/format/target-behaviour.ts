/**
 * What a server target does by itself, and how it reacts to one message on a fresh connection. A run
 * learns it before the first case, as an endpoint need not echo: it may greet, push, ping, answer
 * with something else, or close when it does not understand what it gets.
 */

/** How a target reacts to something that is sent alone on a fresh connection. */
export type Reaction =
  | {
      /** The same message. */
      readonly kind: 'echo';
      /** As a binary message instead of a text, or the other way round. */
      readonly hasOtherType?: true;
      /** From the question to the answer, in ms. */
      readonly after?: number;
    }
  | {
      /**
       * `transformed`: a message that contains it. `message`: another message. `octets`: its octets,
       * but not as one message. `pong`: to a ping, with its payload; `wrong pong`: with another one.
       */
      readonly kind: 'transformed' | 'message' | 'octets' | 'pong' | 'wrong pong' | 'silence';
      readonly after?: number;
    }
  | CloseReaction
  /** The end of TCP without a Close frame. */
  | { readonly kind: 'drop'; readonly after?: number };

/** A Close frame of the target. */
export interface CloseReaction {
  readonly kind: 'close';
  /** Absent if the Close frame has no code. */
  readonly code?: number;
  readonly after?: number;
}

/** What the target sends although nothing was sent to it. Times are in ms after its response. */
export interface Unasked {
  /** For how long it was watched. */
  readonly watchedFor: number;
  /** Messages right after the opening handshake. */
  readonly greeting: number;
  /** When the last of these arrived; 0 if there are none. */
  readonly greetingEnds: number;
  /** Messages after the greeting: how far apart they are, in ms; absent if there are none. */
  readonly pushInterval?: number;
  readonly pings: number;
  readonly firstPing?: number;
  /** Pongs that answer nothing (RFC 6455 §5.5.3). */
  readonly heartbeats: number;
  /** It closed or dropped the connection by itself. */
  readonly end?: Reaction;
}

/** The questions that the probe asks, each on a fresh connection after the greeting. */
export type Question = 'ping' | 'close' | 'text' | 'binary' | 'fragments' | 'emptyText';

/** How it reacts to the user's message, in each type and with something added. */
export interface MessageReactions {
  readonly text: Reaction;
  readonly binary: Reaction;
  /** Two of them in one segment get two answers, not one. */
  readonly answersEach?: true;
  /** In two fragments, which an application protocol may forbid (RFC 7395 §3.3.3). */
  readonly fragments?: Reaction;
  /** With spaces at its end, in the type in which it is answered. */
  readonly padded?: Reaction;
  /** With one more member, if it is a JSON object. */
  readonly extended?: Reaction;
}

/** What was found out about a target before the first case. */
export interface TargetBehaviour {
  readonly unasked: Unasked;
  /** How it reacts to each question. */
  readonly reactions: Readonly<Record<Question, Reaction>>;
  /** How long the slowest answer to a first message takes, in ms; absent if there are none to send. */
  readonly slowestInit?: number;
  /** How it reacts to the user's message as a text and as a binary message, if one was given. */
  readonly message?: MessageReactions;
  /** How it ends a connection at the second ping, to protect itself; absent if it answers that, too. */
  readonly secondPing?: Reaction;
  /** TCP stays open after a Close each way, at least for as long as the probe waited. */
  readonly leavesTcpOpen?: true;
  /** The octets come back, but neither the type of a message nor its limits: a tunnel. */
  readonly isTunnel?: true;
  /** The shortest time that an answer took, in ms; absent if nothing was answered. */
  readonly answerTime?: number;
  /** How it refused further connections or messages: `HTTP 429`, `Close 1013`. */
  readonly rateLimit?: string;
}

/** Whether the connection is over after this reaction. */
export const endsConnection = ({ kind }: Reaction): boolean => kind === 'close' || kind === 'drop';

/** Whether a message came back. */
export const isAnswered = ({ kind }: Reaction): boolean =>
  kind === 'echo' || kind === 'transformed' || kind === 'message' || kind === 'octets';

/** `Close 4400`, `the same message`, `no answer` */
export function describeReaction(reaction: Reaction): string {
  if (reaction.kind === 'close') {
    return reaction.code === undefined ? 'Close without a code' : `Close ${reaction.code}`;
  }
  if (reaction.kind === 'echo' && reaction.hasOtherType)
    return 'the same message, of the other type';
  return words[reaction.kind];
}

const words: Readonly<Record<Exclude<Reaction['kind'], 'close'>, string>> = {
  echo: 'the same message',
  transformed: 'the message in another form',
  message: 'another message',
  octets: 'its octets, not as a message',
  pong: 'a pong',
  'wrong pong': 'a pong with another payload',
  silence: 'no answer',
  drop: 'the end of TCP without a Close',
};
