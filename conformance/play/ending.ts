/** How the peer brings a conversation to its end, by what the case expects of the target. */

import { asksAboutOpening, isAnswerToProbe, probePayload } from '../format/liveness.ts';
import { describePayload } from '../format/payload.ts';
import { close, frame, ping } from '../format/step.ts';
import { opcodes } from '../wire/wire.ts';
import type { Talk } from './exchange.ts';

export async function conclude(talk: Talk): Promise<void> {
  const { timeout, grace } = talk.options;
  switch (talk.case.expect.ending.kind) {
    case 'normal':
      return (await awaitEvents(talk)) === 'complete' ? closeNormally(talk) : undefined;
    case 'closed':
      await awaitClose(talk);
      return awaitEnd(talk);
    case 'failed':
      return awaitFailure(talk, timeout);
    case 'pending':
      return awaitNothing(talk);
    case 'gone':
      return awaitEnd(talk);
    case 'refused':
      // A client must go away (RFC 6455 §4.1); a server may keep the connection for HTTP.
      return talk.peer.side === 'server' ? awaitFailure(talk, timeout) : afterRefusal(talk);
    case 'any':
      await awaitEvents(talk);
      if (!asksAboutOpening(talk.case)) return awaitFailure(talk, talk.case.patience ?? grace);
      return talk.peer.targetEnded ? undefined : closeNormally(talk);
    case 'unopened':
      return;
  }
}

/** HTTP may keep a refused connection open; a case that demands its end has the patience for it. */
export async function afterRefusal({ peer, options, case: { patience } }: Talk): Promise<void> {
  await peer.until(() => false, patience ?? options.grace, undefined);
}

/** The target has closed the connection before anything was asked of it. */
export async function leave(talk: Talk): Promise<void> {
  answerClose(talk);
  return awaitEnd(talk);
}

/** Each answer may take the time-out: a target that is slow with many of them is not silent. */
async function awaitEvents(talk: Talk) {
  const { peer, options } = talk;
  const answers = () => peer.count('message') + peer.count('pong');
  const isOver = () => talk.match().state !== 'waiting' || talk.targetClosed;
  for (;;) {
    const match = talk.match();
    const waitingFor =
      match.state === 'waiting'
        ? `the ${match.next.kind} of ${describePayload(match.next.payload)}`
        : 'the answers';
    const before = answers();
    // Where the matcher still waits, each answer was one of those that are owed: they come to an end.
    const hasNews = () => isOver() || answers() > before;
    const waited = await peer.until(hasNews, options.timeout, waitingFor);
    if (waited !== 'seen' || isOver()) return talk.match().state;
  }
}

async function closeNormally(talk: Talk): Promise<void> {
  talk.write([close(1000)]);
  await awaitClose(talk);
  return awaitEnd(talk);
}

async function awaitClose(talk: Talk): Promise<void> {
  await talk.peer.until(() => talk.targetClosed, talk.options.timeout, 'a Close frame');
}

/** RFC 6455 §7.1.1: the server closes TCP first; the client waits for it. */
async function awaitEnd({ peer, options }: Talk): Promise<void> {
  if (peer.side === 'server') peer.end('fin');
  await awaitEndOfTarget({ peer, options });
}

async function awaitEndOfTarget({ peer, options }: Pick<Talk, 'peer' | 'options'>): Promise<void> {
  await peer.until(() => peer.targetEnded, options.timeout, 'the end of TCP');
  peer.end('fin');
}

/**
 * Writing behind fatal bytes may cost the target's Close frame (unread data turns FIN into RST),
 * so the target is first left alone; only then a Ping finds out whether it goes on as before.
 */
async function awaitFailure(talk: Talk, timeout: number): Promise<void> {
  const { peer, options, targetCanRead } = talk;
  const { ending } = talk.case.expect;
  const over = () => talk.targetClosed || peer.targetEnded;
  const waitingFor = 'the end of the connection';
  if (targetCanRead && (await peer.until(over, options.grace, undefined)) === 'timeout') {
    talk.write([ping(probePayload)]);
  }
  const patience = targetCanRead ? timeout : patienceInsideFrame(talk, timeout);
  await peer.until(() => over() || peer.observed.some(isAnswerToProbe), patience, waitingFor);
  if (!talk.targetClosed) return;
  if (ending.kind === 'failed' && ending.unanswered) return awaitEndOfTarget(talk);
  answerClose(talk);
  await awaitEnd(talk);
}

/**
 * Inside a frame no Ping can ask. What a document demands is waited for as long as anything; a
 * target that may as well wait for the rest of the frame gets a few times the grace.
 */
function patienceInsideFrame({ case: { level }, options }: Talk, timeout: number): number {
  return level === 'must' ? timeout : Math.min(timeout, 4 * options.grace);
}

/**
 * The target owes nothing: it is left alone for the grace, or for as long as its program may take,
 * and its own end is seen to the end.
 */
async function awaitNothing(talk: Talk): Promise<void> {
  const { peer, options } = talk;
  const patience = talk.case.patience ?? options.grace;
  const waited = await peer.until(() => talk.targetClosed, patience, undefined);
  if (waited !== 'seen') return;
  answerClose(talk);
  await awaitEnd(talk);
}

/**
 * RFC 6455 §5.5.1: a Close is answered, once, with its code. Inside a frame that stays unfinished
 * nothing can be: the bytes of a Close would be payload.
 */
function answerClose(talk: Talk): void {
  if (talk.hasClosed || !talk.peer.isBetweenFrames) return;
  const { close: received } = talk.peer.conversation()[talk.peer.target];
  talk.write([frame(opcodes.close, received?.frame.payload.slice(0, 2) ?? new Uint8Array(0))]);
}
