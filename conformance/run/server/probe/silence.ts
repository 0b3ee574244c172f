/** What a target does by itself: nothing is sent to it, and everything that arrives is unasked. */
import type { Handshake } from '../../../format/handshake.ts';
import type { Reaction, Unasked } from '../../../format/target-behaviour.ts';
import type { Conversation } from '../../../wire/conversation.ts';
import { closeProbe } from './closing.ts';
import type { ProbeConnections, ProbedConversation } from './connections.ts';

/** How long a target that sends something is watched, in ms: pushes often come once a second. */
const longestWatch = 3500;

/** Two messages further apart than this are not of one greeting, in ms. */
const greetingGap = 500;

/** A connection on which nothing is said. It stays open until it is decided how long to watch it. */
export class SilenceWatch {
  /** Resolves when the shortest watch is over, or when the handshake was refused. */
  readonly first: Promise<ProbedConversation>;
  readonly #ended: Promise<ProbedConversation>;
  readonly #shortest: number;
  readonly #longest: number;
  #decide: (goesOn: boolean) => void = () => {};

  /** @throws {ConnectError} from `first`, when nothing is listening */
  constructor(connections: ProbeConnections, shortest: number, handshake?: Handshake) {
    this.#shortest = shortest;
    this.#longest = Math.max(shortest, Math.min(longestWatch, 2 * connections.options.silence));
    const decided = new Promise<boolean>((resolve) => {
      this.#decide = resolve;
    });
    let show: (played: ProbedConversation) => void = () => {};
    const shown = new Promise<ProbedConversation>((resolve) => {
      show = resolve;
    });
    this.#ended = connections.open(async (exchange) => {
      const { peer } = exchange;
      await peer.until(() => exchange.targetClosed, shortest, undefined);
      show({ conversation: peer.conversation(), timeline: peer.timeline() });
      if (await decided) await peer.until(() => exchange.targetClosed, this.#more, undefined);
      await closeProbe(exchange);
    }, handshake);
    this.first = Promise.race([shown, this.#ended]);
  }

  /** Watches for as long as it takes to see what comes at intervals. */
  async whole(): Promise<Unasked> {
    this.#decide(true);
    const { conversation } = await this.#ended;
    return unaskedIn(conversation, this.#shortest + this.#more);
  }

  async stop(): Promise<void> {
    this.#decide(false);
    // The caller that awaits `first` or `whole()` gets the error.
    await this.#ended.catch(() => {});
  }

  get #more(): number {
    return this.#longest - this.#shortest;
  }
}

/** Fewer messages than that may have come shortly before the end of the watch. */
const leastEndless = 5;

/** @param watchedFor in ms after the response */
export function unaskedIn(conversation: Conversation, watchedFor: number): Unasked {
  const openedAt = conversation.server.head?.at ?? 0;
  const spoke = conversation.client.frames.find(({ opcode }) => opcode !== pongOpcode);
  const until = spoke?.at ?? Number.POSITIVE_INFINITY;
  const events = conversation.events.filter(
    (event) => 'from' in event && event.from === 'server' && event.at <= until,
  );
  const timesOf = (kind: 'message' | 'ping' | 'pong') =>
    events.filter((event) => event.kind === kind).map(({ at }) => at - openedAt);
  const messages = timesOf('message');
  const pause = messages.findIndex((at, index) => at - (messages[index - 1] ?? 0) > greetingGap);
  const gap = pause < 0 && isEndless(messages, watchedFor) ? 0 : pause;
  const greeting = gap < 0 ? messages : messages.slice(0, gap);
  const pings = timesOf('ping');
  const end = endIn(events, openedAt);
  return {
    watchedFor: Math.round(watchedFor),
    greeting: greeting.length,
    greetingEnds: Math.round(greeting.at(-1) ?? 0),
    ...(gap >= 0 && { pushInterval: intervalOf(messages, gap) }),
    pings: pings.length,
    ...(pings.length > 0 && { firstPing: Math.round(pings[0]!) }),
    heartbeats: timesOf('pong').length,
    ...(end && { end }),
  };
}

const pongOpcode = 10;

/** Whether messages came until the watch was over: no greeting has an end then. */
function isEndless(times: readonly number[], watchedFor: number): boolean {
  if (times.length < leastEndless) return false;
  const [first, last] = [times[0]!, times.at(-1)!];
  return watchedFor - last <= (2 * (last - first)) / (times.length - 1);
}

/** Of a single push, how long after the opening it came is all that is known. */
function intervalOf(times: readonly number[], firstPush: number): number {
  const last = times.at(-1)!;
  const pushes = times.length - firstPush;
  const interval = pushes > 1 ? (last - times[firstPush]!) / (pushes - 1) : last;
  return Math.round(interval);
}

function endIn(events: Conversation['events'], openedAt: number): Reaction | undefined {
  for (const event of events) {
    const after = Math.round(event.at - openedAt);
    if (event.kind === 'close') {
      const { code } = event.close;
      return { kind: 'close', ...(code !== undefined && { code }), after };
    }
    if (event.kind === 'fin' || event.kind === 'rst') return { kind: 'drop', after };
  }
  return undefined;
}
