/**
 * What comes before a conversation: the target's greeting, and the first messages that its
 * application wants. Nothing of that is an answer to what a case sends afterwards.
 */
import { type ApplicationMessage, frameOf } from '../format/application-message.ts';
import type { Unasked } from '../format/target-behaviour.ts';
import type { Exchange } from './exchange.ts';

/** A greeting is waited for half as long again as it took when it was watched, in ms. */
const margin = 1.5;
const shortestQuiet = 20;
const longestQuiet = 2000;

/** How long the answers to a first message are waited for where it is not known, in ms. */
const quietAfterInit = 500;

/** What a target is known to send before a case begins. */
export interface KnownOpening extends Pick<Unasked, 'greeting' | 'greetingEnds' | 'pushInterval'> {
  /** How long the slowest answer to a first message takes, in ms; 0 if none is answered. */
  readonly slowestInit?: number;
}

/** Reads the greeting, then writes each first message and reads what answers it. */
export async function drain(
  exchange: Exchange,
  { greeting, greetingEnds, slowestInit }: KnownOpening,
  inits: readonly ApplicationMessage[] = [],
): Promise<void> {
  if (greeting > 0) await untilQuiet(exchange, quietFor(greetingEnds), greeting);
  for (const init of inits) {
    if (isOver(exchange)) return;
    exchange.write([frameOf(init)]);
    await untilQuiet(exchange, slowestInit === undefined ? quietAfterInit : quietFor(slowestInit));
  }
}

const quietFor = (ms: number) => Math.min(longestQuiet, Math.max(shortestQuiet, margin * ms));

const isOver = (exchange: Exchange) => exchange.targetClosed || exchange.peer.targetEnded;

/** @param enough so many messages end the wait; absent if it is not known how many there are */
async function untilQuiet(
  exchange: Exchange,
  quiet: number,
  enough = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { peer } = exchange;
  const messages = () => peer.observed.filter(({ kind }) => kind === 'message').length;
  for (let before = messages(); before < enough && !isOver(exchange); before = messages()) {
    const hasNews = () => messages() > before || isOver(exchange);
    if ((await peer.until(hasNews, quiet, undefined)) !== 'seen') return;
  }
}
