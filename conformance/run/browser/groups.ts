/** Which cases run concurrently in a browser, and in what order. */
import type { Case } from '../../format/case.ts';
import { traitsOf } from '../../format/ending.ts';
import { responseOf } from '../../format/handshake.ts';
import { lengthOf } from '../../format/payload.ts';
import { waitsForTimer } from '../client/client-timeouts.ts';

/**
 * - `timers`: only a timer of the browser ends them, after seconds or a minute. They wait next to all
 *   others, or separately.
 * - `alone`: megabytes; concurrently, they slow each other, the page and the machine down. And a
 *   window that is opened: Chromium loses frames that a page appends at that moment.
 * - `heavy`: many times the work of the others. Documents and workers, for which a browser may start
 *   a process each; a mebibyte; hundreds of messages; dozens of connections.
 * - `light`: all others. They do not wait, unless something that should arrive does not.
 */
export type Group = 'timers' | 'alone' | 'heavy' | 'light';

export function groupOf(testCase: Case): Group {
  if (waitsForTimer(testCase)) return 'timers';
  if (isTooMuchAtOnce(testCase)) return 'alone';
  const [file = ''] = testCase.page?.split('/') ?? [];
  return ofFunctionsIn[file] ?? (isHeavy(testCase) ? 'heavy' : 'light');
}

/** By the file of the page's function, if what it opens is expensive for a browser. */
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
  // The page sends to a peer that reads nothing until no more fits.
  const isFilled = steps.some((step) => step.kind === 'reading' && !step.on);
  // Bytes echoed in one conversation are as heavy as those of one message.
  const isLong = octetsOf(testCase) > 16 * mebibyte;
  return mayBeTooBig || isFilled || tags.includes('limits') || isLong;
}

const isHeavy = (testCase: Case) =>
  testCase.expect.events.length > 100 || octetsOf(testCase) >= mebibyte;

const octetsOf = ({ expect: { events } }: Case) =>
  events.reduce((octets, { payload }) => octets + lengthOf(payload), 0);

/**
 * Cases that are likely to wait come first, so that others run next to them; and between two that may
 * fail, one that opens: Chromium delays every handshake by the ratio of the two.
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
  // No response, or an incomplete one: a browser may do nothing about it.
  if (!isDecided || isCutOff(handshake)) return 2;
  // A response that a browser should refuse but need not: it may connect and continue.
  if (opening === 'refused' && level !== 'must') return 2;
  // Functions of the page make more than one connection.
  return page === undefined ? 0 : 1;
}
