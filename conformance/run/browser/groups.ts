/** Which cases run beside which in a browser, and in what order. */
import type { Case } from '../../format/case.ts';
import { traitsOf } from '../../format/ending.ts';
import { responseOf } from '../../format/handshake.ts';
import { lengthOf } from '../../format/payload.ts';
import { waitsForTimer } from '../client/client-timeouts.ts';

/**
 * - `timers`: only a timer of the browser's own ends them, after seconds or a minute. They wait
 *   beside all others, or apart from them.
 * - `alone`: megabytes; side by side they slow each other, the page and the machine down. And a
 *   window that is opened: Chromium forgets frames that a page appends at that moment.
 * - `heavy`: many times the work of the others. Documents and workers, for which a browser may start
 *   a process each; a mebibyte; hundreds of messages; dozens of connections.
 * - `light`: all others. Nobody waits, unless something that has to come does not.
 */
export type Group = 'timers' | 'alone' | 'heavy' | 'light';

export function groupOf(testCase: Case): Group {
  if (waitsForTimer(testCase)) return 'timers';
  if (isTooMuchAtOnce(testCase)) return 'alone';
  const [file = ''] = testCase.page?.split('/') ?? [];
  return ofFunctionsIn[file] ?? (isHeavy(testCase) ? 'heavy' : 'light');
}

/** By the file that the page's function is in: what it opens, where that is much for a browser. */
const ofFunctionsIn: Readonly<Record<string, Group>> = {
  frames: 'heavy',
  workers: 'heavy',
  ports: 'heavy',
  windows: 'alone',
};

const mebibyte = 1024 * 1024;

function isTooMuchAtOnce(testCase: Case): boolean {
  const { tags = [], steps, expect } = testCase;
  const mayBeTooBig = expect.ending.kind === 'normal' && expect.ending.orTooBig === true;
  // Into a peer that reads nothing a page sends until no more fits.
  const isFilled = steps.some((step) => step.kind === 'reading' && !step.on);
  // Octets that come back in one conversation are as heavy as those of one message.
  const isLong = octetsOf(testCase) > 16 * mebibyte;
  return mayBeTooBig || isFilled || tags.includes('limits') || isLong;
}

const isHeavy = (testCase: Case) =>
  testCase.expect.events.length > 100 || octetsOf(testCase) >= mebibyte;

const octetsOf = ({ expect: { events } }: Case) =>
  events.reduce((octets, { payload }) => octets + lengthOf(payload), 0);

/**
 * Those that are likely to wait come first, so that others pass beside them; and between two that
 * may fail one that opens: Chromium holds every handshake back by the ratio of the two.
 */
export function sortForEngine(cases: Iterable<Case>): readonly Case[] {
  const sorted = [...cases].sort((one, other) => likelyToWait(other) - likelyToWait(one));
  const failing = sorted.filter(mayFail);
  return sorted
    .filter((testCase) => !mayFail(testCase))
    .flatMap((testCase) => [testCase, ...failing.splice(0, 2)])
    .concat(failing);
}

function mayFail({ page, handshake, expect: { ending } }: Case): boolean {
  if (page !== undefined) return false;
  return !traitsOf(ending).closesWell || isCutOff(handshake);
}

const isCutOff = (handshake: Case['handshake']) => responseOf(handshake)?.finished === false;

function likelyToWait(testCase: Case): number {
  const { page, level, handshake, expect } = testCase;
  const { handshake: opening, isDecided } = traitsOf(expect.ending);
  const group = groupOf(testCase);
  if (group === 'timers') return 4;
  if (group === 'heavy') return 3;
  // A response that is none, or not a whole one: a browser may do nothing about it.
  if (!isDecided || isCutOff(handshake)) return 2;
  // A response that a browser had better refuse, and need not: it may connect, and go on.
  if (opening === 'refused' && level !== 'must') return 2;
  // Functions of the page ask for more than one connection.
  return page === undefined ? 0 : 1;
}
