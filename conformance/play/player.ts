/**
 * Plays a case's conversation on a raw connection and returns the recording. It judges nothing: it
 * continues when the target has reacted, and the judge decides what the reaction means.
 */
import type { Case, Prelude } from '../format/case.ts';
import { traitsOf } from '../format/ending.ts';
import { observed } from '../format/expectation.ts';
import { provesAliveFirst } from '../format/liveness.ts';
import { isItem } from '../format/step.ts';
import type { Channel } from '../transport/channel.ts';
import type { ServerTarget } from '../transport/connect.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { Timeline } from '../wire/timeline.ts';
import { afterRefusal, conclude, leave } from './ending.ts';
import { Exchange, type PlayOptions } from './exchange.ts';
import { awaitHead, writeRequest, writeResponse } from './opening.ts';
import { Peer } from './peer.ts';
import { recordingLimitOf } from './recording-limit.ts';

export interface Played {
  readonly timeline: Timeline;
  /** What the timeline says: it was read while it grew. */
  readonly conversation: Conversation;
  /** How long writes took that the peer spread out, in ms (`pace.ts`). */
  readonly pacing: number;
}

/** Plays the client's part on a connection to a server target. */
export function playAsClient(
  testCase: Case,
  channel: Channel,
  target: ServerTarget,
  options: PlayOptions,
): Promise<Played> {
  return play(new Exchange(testCase, new Peer(channel, 'client'), options), async (exchange) => {
    const { coalesced } = testCase.handshake ?? {};
    await writeRequest(exchange, target);
    if (coalesced) await exchange.play(testCase.steps);
    await awaitHead(exchange);
    if (exchange.peer.conversation().accepted) return converse(exchange);
    const { ending, orRefused } = testCase.expect;
    if (traitsOf(ending).handshake !== 'refused' && !orRefused) return;
    if (!coalesced) await exchange.play(testCase.steps);
    await afterRefusal(exchange);
  });
}

/**
 * Opens a connection with a case's handshake and holds a conversation that follows no steps: a probe
 * decides from what it sees how to go on.
 */
export function playFreely(
  testCase: Case,
  channel: Channel,
  target: ServerTarget,
  options: PlayOptions,
  hold: (exchange: Exchange) => Promise<void>,
): Promise<Played> {
  return play(new Exchange(testCase, new Peer(channel, 'client'), options), async (exchange) => {
    await writeRequest(exchange, target);
    await awaitHead(exchange);
    if (!exchange.peer.conversation().accepted) return afterRefusal(exchange);
    exchange.agreeOnDeflate();
    await hold(exchange);
  });
}

/** Plays what comes before a case, as far as it goes, and drops the connection. It is not judged. */
export async function playPrelude(
  testCase: Case,
  prelude: Prelude,
  channel: Channel,
  target: ServerTarget,
  options: PlayOptions,
): Promise<Timeline> {
  const { handshake: _, ...rest } = testCase;
  const conversation: Case = { ...rest, ...prelude, alive: 'untested', expect: observed() };
  const held = new Exchange(conversation, new Peer(channel, 'client'), options);
  const { timeline } = await play(held, async (exchange) => {
    await writeRequest(exchange, target);
    await awaitHead(exchange);
    exchange.agreeOnDeflate();
    await exchange.play(prelude.steps);
  });
  return timeline;
}

/** Plays the server's part for a client target; `peer` may have read the request already. */
export function playAsServer(testCase: Case, peer: Peer, options: PlayOptions): Promise<Played> {
  return play(new Exchange(testCase, peer, options), async (exchange) => {
    await awaitHead(exchange);
    if (peer.targetEnded) return;
    await writeResponse(exchange);
    if (testCase.handshake?.coalesced) await exchange.play(testCase.steps);
    await converse(exchange);
  });
}

async function play(
  exchange: Exchange,
  hold: (exchange: Exchange) => Promise<void>,
): Promise<Played> {
  const { peer } = exchange;
  peer.limit = recordingLimitOf(exchange.case, exchange.options.timeout);
  peer.pongsWaitForFrame = beginsWithOwnFrame(exchange.case);
  try {
    await hold(exchange);
    peer.requireSound();
    peer.destroy();
    const { pacing } = peer;
    return { timeline: peer.timeline(), conversation: peer.conversation(), pacing };
  } finally {
    peer.destroy();
  }
}

/** Whether the first frame of the connection is the case's, or has to be. */
function beginsWithOwnFrame(testCase: Case): boolean {
  const [first] = testCase.steps;
  if (!first || testCase.handshake?.coalesced || provesAliveFirst(testCase)) return false;
  return isItem(first) || first.kind === 'segments';
}

/** Everything after the handshake. */
async function converse(exchange: Exchange): Promise<void> {
  exchange.agreeOnDeflate();
  if (!exchange.case.handshake?.coalesced) {
    // A client may send its first message before it is known that its handshake is complete.
    if (exchange.peer.target === 'server') await exchange.beginCase();
    if (provesAliveFirst(exchange.case)) await exchange.proveAlive();
    // RFC 6455 §7.3: it may close when it wants to. What it has not seen it cannot be blamed for.
    if (exchange.targetClosed && !exchange.case.script) return leave(exchange);
    await exchange.play(exchange.case.steps);
  }
  await conclude(exchange);
}
