/** Which cases run beside which in a browser, and in what order. */
import type { Case } from '../case.ts';
import { waitsForTimer } from '../client/own-timer.ts';
import { lengthOf } from '../payload.ts';

/**
 * - `timers`: only a timer of the browser's own ends them, after seconds or a minute. They wait
 *   beside all others, or apart from them.
 * - `alone`: megabytes; side by side they slow each other, the page and the machine down. And a
 *   window that is opened: Chromium forgets frames that a page appends at that moment.
 * - `loading`: the page loads documents or starts workers, and a browser whole processes for them.
 * - `light`: all others. Nobody waits, unless something that has to come does not.
 */
export type Group = 'timers' | 'alone' | 'loading' | 'light';

export function groupOf(testCase: Case): Group {
  const { page = '' } = testCase;
  if (waitsForTimer(testCase)) return 'timers';
  if (isLarge(testCase) || page === 'frames/left') return 'alone';
  return /^(frames|workers)\//.test(page) ? 'loading' : 'light';
}

function isLarge({ tags = [], steps, expect: { events, ending } }: Case): boolean {
  const mayBeTooBig = ending.kind === 'normal' && ending.orTooBig === true;
  // Into a peer that reads nothing a page sends until no more fits.
  const isFilled = steps.some((step) => step.kind === 'reading' && !step.on);
  const octets = events.reduce((sum, { payload }) => sum + lengthOf(payload), 0);
  return mayBeTooBig || isFilled || tags.includes('limits') || octets > long;
}

/** Octets that come back in one conversation; beyond, it is as heavy as one large message. */
const long = 16 * 1024 * 1024;

/** Those that are likely to wait come first: the other cases pass beside them. */
export function inOrder(cases: Iterable<Case>): readonly Case[] {
  return [...cases].sort((one, other) => likelyToWait(other) - likelyToWait(one));
}

function likelyToWait(testCase: Case): number {
  const { page, level, handshake, expect } = testCase;
  const { kind } = expect.ending;
  const group = groupOf(testCase);
  if (group === 'timers') return 5;
  if (group === 'loading') return 4;
  // A response that is none, or not a whole one: a browser may do nothing about it.
  if (kind === 'any' || handshake?.response?.finished === false) return 3;
  // A response that a browser had better refuse, and need not: it may connect, and go on.
  if (kind === 'refused' && level !== 'must') return 3;
  // Functions of the page ask for more than one connection.
  if (page !== undefined) return 1;
  // A browser that minds nothing is left alone for the grace before it is asked.
  return kind === 'normal' || kind === 'closed' ? 0 : 2;
}
