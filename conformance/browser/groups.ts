/** Which cases run beside which in a browser, and in what order. */
import type { Case } from '../case.ts';
import { waitsForTimer } from '../client/own-timer.ts';
import { lengthOf } from '../payload.ts';

/**
 * - `timers`: only a timer of the browser's own ends them, after seconds or a minute. They wait
 *   beside all others, or apart from them.
 * - `large`: megabytes; side by side they slow each other, the page and the machine down.
 * - `light`: all others. Nobody waits, unless something that has to come does not.
 */
export type Group = 'timers' | 'large' | 'light';

export function groupOf(testCase: Case): Group {
  const { tags = [], expect } = testCase;
  if (waitsForTimer(testCase)) return 'timers';
  const isLarge = expect.ending.kind === 'normal' && expect.ending.orTooBig;
  return isLarge || tags.includes('limits') || isLong(testCase) ? 'large' : 'light';
}

/** Octets that come back in one conversation; beyond, it is as heavy as one large message. */
const long = 16 * 1024 * 1024;

const isLong = ({ expect: { events } }: Case) =>
  events.reduce((octets, { payload }) => octets + lengthOf(payload), 0) > long;

/** Those that are likely to wait come first: the other cases pass beside them. */
export function inOrder(cases: Iterable<Case>): readonly Case[] {
  return [...cases].sort((one, other) => likelyToWait(other) - likelyToWait(one));
}

function likelyToWait(testCase: Case): number {
  const { page, handshake, expect } = testCase;
  const { kind } = expect.ending;
  if (groupOf(testCase) === 'timers') return 4;
  // A response that is none, or not a whole one: a browser may do nothing about it.
  if (kind === 'any' || handshake?.response?.finished === false) return 3;
  // Functions of the page ask for more than one connection, for frames and for workers.
  if (page !== undefined) return 2;
  // A browser that minds nothing is left alone for the grace before it is asked.
  return kind === 'normal' || kind === 'closed' ? 0 : 1;
}
