/**
 * How long the target takes to answer an opening handshake, and how long cases that open many
 * connections at once therefore have to wait: a target that serves one after the other answers the
 * last of them after it has answered all others.
 */
import type { Case } from '../../format/case.ts';
import { observed } from '../../format/expectation.ts';
import type { Seed } from '../../format/seed.ts';
import { playAsClient } from '../../play/player.ts';
import { connect, type ServerTarget } from '../../transport/connect.ts';
import { tripsIn } from './round-trip.ts';

const question: Case = {
  id: 'probe/opening-time',
  title: 'a connection is opened',
  level: 'may',
  document: 'RFC 6455',
  section: '4.2.2',
  requirement: 'shows how fast the target answers',
  against: ['server'],
  alive: 'untested',
  steps: [],
  expect: observed(),
};

/** A machine that was busy for a moment is no slow target: the shortest of these counts. */
const attempts = 3;

const openedAtOnce = ({ repeat }: Case) => Math.min(repeat?.times ?? 1, repeat?.atOnce ?? 1);

export const opensSeveralAtOnce = (testCase: Case) => openedAtOnce(testCase) > 1;

/** How long the target needs to answer once on each connection that the case opens at once, in ms. */
export function workOfOpenings(testCase: Case, openingTime: number): number {
  return opensSeveralAtOnce(testCase) ? openedAtOnce(testCase) * openingTime : 0;
}

/**
 * Has to be asked while nothing else is in play.
 * @param timeout of one answer, in ms
 * @returns in ms; undefined if the target does not answer
 */
export async function measureOpeningTime(
  target: ServerTarget,
  options: {
    readonly timeout: number;
    readonly seed: Seed;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<number | undefined> {
  const settings = { ...options, grace: 1, echo: false };
  const times: number[] = [];
  try {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const socket = await connect(target, options.timeout, options.signal);
      const { timeline } = await playAsClient(question, socket, target, settings);
      times.push(...tripsIn(timeline).slice(0, 1));
    }
  } catch {
    // The cases meet the same error, and report it.
  }
  return times.length > 0 ? Math.min(...times) : undefined;
}
