/**
 * Plays a case's conversation on a raw connection and hands back what was recorded. It decides
 * nothing: when to go on is told by what the target shows, and the judge says what that means.
 */
import type { Socket } from 'node:net';
import type { Case, Prelude } from '../format/case.ts';
import { observed } from '../format/expectation.ts';
import { provesAliveFirst } from '../format/liveness.ts';
import { isItem } from '../format/step.ts';
import type { ServerTarget } from '../transport/connect.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { Timeline } from '../wire/timeline.ts';
import { afterRefusal, conclude, leave } from './ending.ts';
import { type PlayOptions, Talk } from './exchange.ts';
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
  socket: Socket,
  target: ServerTarget,
  options: PlayOptions,
): Promise<Played> {
  return play(new Talk(testCase, new Peer(socket, 'client'), options), async (talk) => {
    const { coalesced } = testCase.handshake ?? {};
    await writeRequest(talk, target);
    if (coalesced) await talk.play(testCase.steps);
    await awaitHead(talk);
    if (talk.peer.conversation().accepted) return converse(talk);
    const { ending, orRefused } = testCase.expect;
    if (ending.kind !== 'refused' && !orRefused) return;
    if (!coalesced) await talk.play(testCase.steps);
    await afterRefusal(talk);
  });
}

/** Plays what comes before a case, as far as it goes, and drops the connection. */
export async function playPrelude(
  testCase: Case,
  prelude: Prelude,
  socket: Socket,
  target: ServerTarget,
  options: PlayOptions,
): Promise<void> {
  const { handshake: _, ...rest } = testCase;
  const conversation: Case = { ...rest, ...prelude, alive: 'untested', expect: observed() };
  await play(new Talk(conversation, new Peer(socket, 'client'), options), async (talk) => {
    await writeRequest(talk, target);
    await awaitHead(talk);
    talk.agreeOnDeflate();
    await talk.play(prelude.steps);
  });
}

/** Plays the server's part for a client target; `peer` may have read the request already. */
export function playAsServer(testCase: Case, peer: Peer, options: PlayOptions): Promise<Played> {
  return play(new Talk(testCase, peer, options), async (talk) => {
    await awaitHead(talk);
    if (peer.targetEnded) return;
    await writeResponse(talk);
    if (testCase.handshake?.coalesced) await talk.play(testCase.steps);
    await converse(talk);
  });
}

async function play(talk: Talk, hold: (talk: Talk) => Promise<void>): Promise<Played> {
  const { peer } = talk;
  peer.limit = recordingLimitOf(talk.case, talk.options.timeout);
  peer.pongsWaitForFrame = beginsWithOwnFrame(talk.case);
  try {
    await hold(talk);
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

/** Everything behind the handshake. */
async function converse(talk: Talk): Promise<void> {
  talk.agreeOnDeflate();
  if (!talk.case.handshake?.coalesced) {
    if (provesAliveFirst(talk.case)) await talk.proveAlive();
    // RFC 6455 §7.3: it may close when it wants to. What it has not seen it cannot be blamed for.
    if (talk.targetClosed && !talk.case.script) return leave(talk);
    await talk.play(talk.case.steps);
  }
  await conclude(talk);
}
