/** How the peer brings a conversation to its end, by what the case expects of the target. */

import { applyByKind, type ByKind } from '../format/by-kind.ts';
import type { Ending } from '../format/ending.ts';
import {
  asksAboutOpening,
  closingQuestion,
  isAnswerToProbe,
  probePayload,
} from '../format/liveness.ts';
import { describePayload } from '../format/payload.ts';
import { close, frame, ping } from '../format/step.ts';
import { endsConnection } from '../format/target-behaviour.ts';
import { opcodes } from '../wire/wire.ts';
import type { ClosingSign } from './closing-wait.ts';
import type { Exchange } from './exchange.ts';

const conclusions: ByKind<Ending, [Exchange], Promise<void>> = {
  async normal(_ending, exchange) {
    if ((await awaitEvents(exchange)) === 'complete') await closeNormally(exchange);
  },
  async closed(_ending, exchange) {
    await awaitClose(exchange);
    await awaitEnd(exchange);
  },
  failed: (_ending, exchange) => awaitFailure(exchange, exchange.options.timeout),
  pending: (_ending, exchange) => awaitNothing(exchange),
  gone: (_ending, exchange) => awaitEnd(exchange),
  async refused(_ending, exchange) {
    // A client must go away (RFC 6455 §4.1); a server may keep the connection for HTTP.
    if (exchange.peer.side === 'client') await afterRefusal(exchange);
    else await awaitFailure(exchange, exchange.options.timeout);
  },
  async any(_ending, exchange) {
    await awaitEvents(exchange);
    if (!asksAboutOpening(exchange.case)) {
      await awaitFailure(exchange, exchange.case.observationTimeout ?? exchange.options.grace);
    } else if (!exchange.peer.targetEnded) {
      await closeNormally(exchange);
    }
  },
  unopened: async () => {},
};

export function conclude(exchange: Exchange): Promise<void> {
  return applyByKind(conclusions, exchange.case.expect.ending, exchange);
}

/** HTTP may keep a refused connection open; a case that demands its end waits longer. */
export async function afterRefusal({ peer, options, case: testCase }: Exchange): Promise<void> {
  await peer.until(() => false, testCase.observationTimeout ?? options.grace, undefined);
}

/** The target has closed the connection before anything was asked of it. */
export async function leave(exchange: Exchange): Promise<void> {
  answerClose(exchange);
  return awaitEnd(exchange);
}

/** Each answer may take the time-out: a target that is slow with many of them is not silent. */
async function awaitEvents(exchange: Exchange) {
  const isOver = () => exchange.match().state !== 'waiting' || exchange.targetClosed;
  for (;;) {
    const match = exchange.match();
    const waitingFor =
      match.state === 'waiting'
        ? `the ${match.next.kind} of ${describePayload(match.next.payload)}`
        : 'the answers';
    const before = exchange.answers;
    const hasNews = () => isOver() || exchange.answers > before;
    await exchange.awaitAnswer(hasNews, waitingFor);
    // Each answer was one of those that are owed: they come to an end.
    if (isOver() || exchange.answers === before) return exchange.match().state;
  }
}

async function closeNormally(exchange: Exchange): Promise<void> {
  exchange.write([close(1000)]);
  await awaitClose(exchange);
  return awaitEnd(exchange);
}

async function awaitClose(exchange: Exchange): Promise<void> {
  await awaitSign(exchange, 'a Close frame', () => exchange.targetClosed);
}

async function awaitSign(
  { peer, options }: Pick<Exchange, 'peer' | 'options'>,
  sign: ClosingSign,
  hasCome: () => boolean,
): Promise<void> {
  if (peer.hasTimedOut) return;
  const { timeout, closing } = options;
  const waited = await peer.until(hasCome, closing?.timeoutFor(sign, timeout) ?? timeout, sign);
  closing?.take(sign, waited !== 'timeout');
}

/** RFC 6455 §7.1.1: the server closes TCP first; the client waits for it. */
async function awaitEnd({ peer, options }: Exchange): Promise<void> {
  if (peer.side === 'server') peer.end('fin');
  await awaitEndOfTarget({ peer, options });
}

async function awaitEndOfTarget({
  peer,
  options,
}: Pick<Exchange, 'peer' | 'options'>): Promise<void> {
  await awaitSign({ peer, options }, 'the end of TCP', () => peer.targetEnded);
  peer.end('fin');
}

/**
 * Writing after fatal bytes may cost the target's Close frame (unread data turns FIN into RST),
 * so the target is first left alone; only then a question finds out whether it goes on as before.
 */
async function awaitFailure(exchange: Exchange, timeout: number): Promise<void> {
  const { peer, options, targetCanRead } = exchange;
  const { ending } = exchange.case.expect;
  const over = () => exchange.targetClosed || peer.targetEnded;
  const waitingFor = 'the end of the connection';
  if (targetCanRead && (await peer.until(over, options.grace, undefined)) === 'timeout') {
    exchange.write([mayPing(exchange) ? ping(probePayload) : closingQuestion]);
  }
  const wait = targetCanRead ? timeout : timeoutInsideFrame(exchange, timeout);
  await peer.until(() => over() || peer.observed.some(isAnswerToProbe), wait, waitingFor);
  if (!exchange.targetClosed) return;
  if (ending.kind === 'failed' && ending.unanswered) return awaitEndOfTarget(exchange);
  answerClose(exchange);
  await awaitEnd(exchange);
}

/**
 * A target that ends at a ping, or at the second one, would seem to have failed the connection. One
 * that echoes may be asked by ping even if it answers none: the ping alone does not end it.
 */
function mayPing({ options: { echo, pong = true, behaviour }, hasClosed }: Exchange): boolean {
  if (hasClosed) return true;
  if (behaviour && endsConnection(behaviour.reactions.ping)) return false;
  return echo || (pong && !behaviour?.secondPing);
}

/**
 * Inside a frame no Ping can ask. What a document demands is waited for as long as anything; a
 * target that may as well wait for the rest of the frame gets a few times the grace.
 */
function timeoutInsideFrame({ case: { level }, options }: Exchange, timeout: number): number {
  return level === 'must' ? timeout : Math.min(timeout, 4 * options.grace);
}

/**
 * The target owes nothing: it is left alone for the grace, or for as long as its program may take,
 * and its own end is seen to the end.
 */
async function awaitNothing(exchange: Exchange): Promise<void> {
  const { peer, options } = exchange;
  const wait = exchange.case.observationTimeout ?? options.grace;
  const waited = await peer.until(() => exchange.targetClosed, wait, undefined);
  if (waited !== 'seen') return;
  answerClose(exchange);
  await awaitEnd(exchange);
}

/**
 * RFC 6455 §5.5.1: a Close is answered, once, with its code. Inside a frame that stays unfinished
 * nothing can be: the bytes of a Close would be payload.
 */
function answerClose(exchange: Exchange): void {
  if (exchange.hasClosed || !exchange.peer.isBetweenFrames) return;
  const { close: received } = exchange.peer.conversation()[exchange.peer.target];
  exchange.write([frame(opcodes.close, received?.frame.payload.slice(0, 2) ?? new Uint8Array(0))]);
}
